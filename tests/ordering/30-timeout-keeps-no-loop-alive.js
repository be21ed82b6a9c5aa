// A timeout that somebody listens to does not keep the loop alive.
const signal = AbortSignal.timeout(20);
signal.addEventListener('abort', () => console.log('never'));
AbortSignal.any([signal]).onabort = () => console.log('never');
process.on('beforeExit', () => console.log('beforeExit', signal.aborted));
process.on('exit', (code) => console.log('exit', code, signal.aborted));
