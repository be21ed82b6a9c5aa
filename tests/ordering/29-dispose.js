// Symbol.dispose clears timers and immediates.
const timer = setTimeout(() => console.log('never'), 5);
const interval = setInterval(() => console.log('never'), 5);
const immediate = setImmediate(() => console.log('never'));
console.log(timer[Symbol.dispose](), interval[Symbol.dispose](), immediate[Symbol.dispose]());
process.on('exit', () => console.log('exit'));
