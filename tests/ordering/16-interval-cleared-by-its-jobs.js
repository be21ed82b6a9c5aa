// A tick or a microtask of an interval's callback can clear the interval.
let a = 0;
let b = 0;
const first = setInterval(() => { a++; process.nextTick(() => clearInterval(first)); }, 5);
const second = setInterval(() => { b++; Promise.resolve().then(() => clearInterval(second)); }, 5);
process.on('exit', () => console.log(a, b));
