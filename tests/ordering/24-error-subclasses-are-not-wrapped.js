// Any Error object, also a subclass, is passed on unwrapped.
class Special extends TypeError {}
process.on('uncaughtException', (error) => console.log(error instanceof Special, error.code, error.message));
Promise.reject(new Special('mine'));
