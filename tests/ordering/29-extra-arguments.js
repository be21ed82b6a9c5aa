// Extra arguments reach the callback: none, one, three, many.
setTimeout((...args) => console.log(args.length), 1);
setTimeout((...args) => console.log(args.length, ...args), 1, 'a');
setTimeout((...args) => console.log(args.length, ...args), 1, 'a', 'b', 'c');
setTimeout((...args) => console.log(args.length, ...args), 1, ...Array.from({ length: 20 }, (_, i) => i));
setTimeout((...args) => console.log(args.length, args[0], args[1]), 1, undefined, null);
