// Promise.all of a hundred thousand, all of which are settled by one call.
// outcome: output
const { promise, resolve } = Promise.withResolvers();
Promise.all(Array.from({ length: 100_000 }, () => promise.then((value) => value))).then((values) => console.log(values.length));
resolve(1);
