// Timers of one duration fire in the order of their calls.
const order = [];
for (let i = 0; i < 50; i++) setTimeout(() => order.push(i), 10);
setTimeout(() => console.log(order.join(' ')), 200);
for (const end = Date.now() + 20; Date.now() < end;);    // until all of them are due in one pass
