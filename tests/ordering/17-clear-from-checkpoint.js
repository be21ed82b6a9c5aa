// A tick or a microtask between two due timers can clear the second.
setTimeout(() => { console.log('1'); process.nextTick(() => clearTimeout(second)); }, 5);
const second = setTimeout(() => console.log('never 2'), 5);
setTimeout(() => { console.log('3'); queueMicrotask(() => clearTimeout(fourth)); }, 5);
const fourth = setTimeout(() => console.log('never 4'), 5);
setTimeout(() => { console.log('5'); clearTimeout(); clearTimeout(null); clearTimeout({}); clearTimeout('x'); }, 5);
for (const end = Date.now() + 20; Date.now() < end;);    // until all of them are due in one pass
