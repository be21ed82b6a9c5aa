// Throwing Object.defineProperty(new Error('x'), 'message', { get() { throw new E without a listener ends the program with code 1, never by a crash.
const { proxy: revoked, revoke } = Proxy.revocable({}, {});
revoke();
process.on('exit', (code) => console.log('exit', code));
setTimeout(() => console.log('must not run'), 1);
throw Object.defineProperty(new Error('x'), 'message', { get() { throw new Error('message was read'); } });
