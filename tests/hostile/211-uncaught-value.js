// Throwing Object.defineProperty(new Error('x'), 'stack', { get() { throw new Err without a listener ends the program with code 1, never by a crash.
const { proxy: revoked, revoke } = Proxy.revocable({}, {});
revoke();
process.on('exit', (code) => console.log('exit', code));
setTimeout(() => console.log('must not run'), 1);
throw Object.defineProperty(new Error('x'), 'stack', { get() { throw new Error('stack was read'); } });
