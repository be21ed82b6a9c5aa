// Promises that would wait for themselves, directly, through others, and through thenables.
// outcome: output
const { promise, resolve } = Promise.withResolvers();
resolve(promise);
promise.catch((error) => console.log(error.name));
const a = Promise.withResolvers();
const b = Promise.withResolvers();
a.resolve(b.promise);
b.resolve(a.promise);
a.promise.then(() => console.log('this must not run'));
const later = (async () => { await null; return later; })();
later.catch((error) => console.log(error.name));
