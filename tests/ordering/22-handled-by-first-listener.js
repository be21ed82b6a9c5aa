// A listener that attaches a handler to another waiting promise spares it the report.
const second = Promise.resolve().then(() => { throw 'second'; });
process.on('unhandledRejection', (reason) => {
  console.log('unhandled', reason);
  second.catch((late) => console.log('caught', late));
});
process.on('rejectionHandled', (promise) => console.log('rejectionHandled', promise === second));
Promise.reject('first');
setTimeout(() => console.log('timer'), 5);
