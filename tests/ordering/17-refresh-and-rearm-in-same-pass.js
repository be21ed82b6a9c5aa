// Refreshing the next timer of a pass moves it to a later pass.
const end = Date.now() + 30;
const order = [];
setTimeout(() => {
  order.push('first');
  second.refresh();
  setImmediate(() => order.push('immediate'));
}, 5);
const second = setTimeout(() => { order.push('second'); console.log(order.join(' ')); }, 5);
setTimeout(() => order.push('third'), 5);
while (Date.now() < end);
