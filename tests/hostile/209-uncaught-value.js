// Throwing new Proxy(new Error('inner'), { get() { throw 1; }, getPrototypeOf() { without a listener ends the program with code 1, never by a crash.
const { proxy: revoked, revoke } = Proxy.revocable({}, {});
revoke();
process.on('exit', (code) => console.log('exit', code));
setTimeout(() => console.log('must not run'), 1);
throw new Proxy(new Error('inner'), { get() { throw 1; }, getPrototypeOf() { throw 2; }, ownKeys() { throw 3; } });
