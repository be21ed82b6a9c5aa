// An immediate receives its extra arguments, and `this` is its handle.
const handle = setImmediate(function (...args) { console.log(args.join(), this === handle); }, 1, 'two', [3]);
setImmediate((...args) => console.log(args.length));
