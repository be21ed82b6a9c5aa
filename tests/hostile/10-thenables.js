// Thenables that call back twice, both ways, or late and then throw: the first word counts.
const twice = { then(resolve, reject) { resolve(1); resolve(2); reject(3); } };
const throwsLater = { then(resolve) { resolve('kept'); throw new Error('ignored'); } };
const throwsFirst = { then() { throw 'thrown'; } };
const never = { get then() { throw 'getter'; } };
const nested = { then(resolve) { resolve({ then(inner) { inner('deep'); inner('again'); } }); } };
const self = {}; self.then = (resolve) => { setTimeout(() => resolve('late'), 1); };
const show = (name) => [(value) => console.log(name, 'fulfilled', value), (reason) => console.log(name, 'rejected', reason)];
for (const [name, thenable] of Object.entries({ twice, throwsLater, throwsFirst, never, nested, self }))
  Promise.resolve().then(() => thenable).then(...show(name));
const cycle = Promise.withResolvers();
cycle.resolve(cycle.promise);
cycle.promise.catch((error) => console.log('cycle', error instanceof TypeError));
