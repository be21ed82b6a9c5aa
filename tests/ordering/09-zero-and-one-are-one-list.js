// setTimeout(f, 1) and setTimeout(g, 0) are one list: call order, mixed with intervals of the same period.
setTimeout(() => console.log('a'), 1);
setTimeout(() => console.log('b'), 0);
const interval = setInterval(() => { console.log('c'); clearInterval(interval); }, 1);
setTimeout(() => console.log('d'), -0);
setTimeout(() => console.log('e'), 1);
for (const end = Date.now() + 20; Date.now() < end;);    // until all of them are due in one pass
