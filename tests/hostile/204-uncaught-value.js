// Throwing 42 without a listener ends the program with code 1, never by a crash.
const { proxy: revoked, revoke } = Proxy.revocable({}, {});
revoke();
process.on('exit', (code) => console.log('exit', code));
setTimeout(() => console.log('must not run'), 1);
throw 42;
