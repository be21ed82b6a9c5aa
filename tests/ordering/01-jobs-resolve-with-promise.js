// Resolving a promise with a promise takes two extra jobs; Promise.resolve of a promise is the same promise.
const inner = Promise.resolve();
new Promise((resolve) => resolve(inner)).then(() => console.log('resolved with a promise'));
Promise.resolve(inner).then(() => console.log('Promise.resolve of a promise'));
Promise.resolve().then(() => inner).then(() => console.log('then returned a promise'));
console.log(Promise.resolve(inner) === inner);
let chain = Promise.resolve();
for (let i = 1; i <= 6; i++) chain = chain.then(() => console.log('job', i));
