// A handler attached in the next macrotask is too late.
process.on('unhandledRejection', (reason) => console.log('unhandled', reason));
process.on('rejectionHandled', () => console.log('rejectionHandled'));
const timer = Promise.reject('timer');
setTimeout(() => timer.catch(() => console.log('caught late, by a timer')), 500);
const immediate = Promise.reject('immediate');
setImmediate(() => immediate.catch(() => console.log('caught late, by an immediate')));
