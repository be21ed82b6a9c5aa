// A handle converts to a positive integer that stays the same and is unique.
const a = setTimeout(() => {}, 5);
const b = setInterval(() => {}, 5);
console.log(typeof +a, Number.isInteger(+a), +a > 0, +a === +a, +a !== +b);
console.log(`${a}` === String(+a), a[Symbol.toPrimitive]() === +a, a == +a);
clearTimeout(a);
clearInterval(b);
