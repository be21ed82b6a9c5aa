// `await` of thenables that change what is around it.
// outcome: output
const order = [];
async function run() {
  const values = [1, { get then() { values.length = 0; return undefined; } }, 3];
  for (const value of values) order.push(typeof await value);
  for await (const value of [{ then(resolve) { resolve(order.length); } }]) order.push(value);
  return { then(resolve) { Object.prototype.then = undefined; delete Object.prototype.then; resolve('end'); } };
}
run().then((value) => console.log(order.join(), value));
