// Throwing { toString() { throw 1; }, get name() { throw 2; }, [Symbol.toPrimitiv without a listener ends the program with code 1, never by a crash.
const { proxy: revoked, revoke } = Proxy.revocable({}, {});
revoke();
process.on('exit', (code) => console.log('exit', code));
setTimeout(() => console.log('must not run'), 1);
throw ({ toString() { throw 1; }, get name() { throw 2; }, [Symbol.toPrimitive]() { throw 3; }, [Symbol.for('nodejs.util.inspect.custom')]() { throw 4; } });
