// Promise jobs, queueMicrotask and async continuations share one first-in first-out queue.
Promise.resolve().then(() => console.log('1 promise'));
queueMicrotask(() => console.log('2 queueMicrotask'));
(async () => { await null; console.log('3 await'); })();
queueMicrotask(() => console.log('4 queueMicrotask'));
Promise.reject(new Error('x')).catch(() => console.log('5 catch'));
Promise.resolve().finally(() => console.log('6 finally'));
