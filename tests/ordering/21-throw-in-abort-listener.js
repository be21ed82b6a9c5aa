// A listener of an abort throws: the others hear of it, and so do the signals that follow; abort() returns.
process.on('uncaughtException', (error) => console.log('uncaught', error));
const controller = new AbortController();
const following = AbortSignal.any([controller.signal]);
following.onabort = () => { console.log('following'); throw 'from following'; };
controller.signal.onabort = () => { console.log('handler'); throw 'from handler'; };
controller.signal.addEventListener('abort', () => console.log('listener', following.aborted));
process.nextTick(() => console.log('tick'));
controller.abort();
console.log('returned');
