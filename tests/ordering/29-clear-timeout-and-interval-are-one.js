// clearTimeout clears intervals and clearInterval clears timeouts; clearImmediate does neither.
const interval = setInterval(() => console.log('never'), 5);
clearTimeout(interval);
const timeout = setTimeout(() => console.log('never'), 5);
clearInterval(timeout);
const immediate = setImmediate(() => console.log('immediate survives clearTimeout'));
clearTimeout(immediate);
const other = setTimeout(() => console.log('timeout survives clearImmediate'), 100);
clearImmediate(other);
