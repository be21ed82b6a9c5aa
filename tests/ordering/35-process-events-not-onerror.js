// The node profile reports errors by process events; no onerror hook is called.
globalThis.onerror = () => console.log('never');
globalThis.onunhandledrejection = () => console.log('never');
process.on('uncaughtException', (error) => console.log('uncaught', error.message));
process.on('unhandledRejection', (reason) => console.log('unhandled', reason));
setTimeout(() => { throw new Error('x'); }, 1);
Promise.reject('y');
