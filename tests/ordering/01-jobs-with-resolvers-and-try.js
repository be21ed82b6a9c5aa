// Promise.withResolvers and Promise.try follow the same queue.
const { promise, resolve } = Promise.withResolvers();
promise.then((value) => console.log('withResolvers', value));
Promise.try(() => 'sync').then((value) => console.log('try', value));
Promise.try(() => { throw new Error('thrown'); }).catch((error) => console.log('try', error.message));
queueMicrotask(() => console.log('microtask'));
resolve('late');
