// The clock and random numbers of the language replaced: timers keep their time, identifiers stay random.
// outcome: output
Date.now = performance.now = () => Infinity;
Math.random = () => 0;
crypto.getRandomValues = (array) => array;
console.log(crypto.randomUUID() !== crypto.randomUUID());
const order = [];
setTimeout(() => { order.push(2); console.log(order); }, 20);
setTimeout(() => order.push(1), 1);
