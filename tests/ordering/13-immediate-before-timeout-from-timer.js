// From a timer callback an immediate always precedes a timeout of 0.
let rounds = 0;
const order = [];
function round() {
  setTimeout(() => {
    order.push('timeout');
    if (++rounds < 10) setTimeout(round, 1);
    else console.log(order.join(' '));
  }, 0);
  setImmediate(() => order.push('immediate'));
}
setTimeout(round, 1);
