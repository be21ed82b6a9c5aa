// nextTick hands over any number of arguments.
process.nextTick((...args) => console.log(args.length, args.join()));
process.nextTick((...args) => console.log(args.length, args.join()), 'a');
process.nextTick((...args) => console.log(args.length, args.join()), 'a', 'b', 'c');
process.nextTick((...args) => console.log(args.length, args.join()), 1, 2, 3, 4, 5, 6, 7);
console.log(process.nextTick(() => {}));
