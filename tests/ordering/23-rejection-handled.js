// A handler attached later is announced by rejectionHandled in the next drain.
process.on('unhandledRejection', (reason) => console.log('unhandled', reason));
process.on('rejectionHandled', (promise) => console.log('rejectionHandled', promise === late));
const late = Promise.reject('late');
setTimeout(() => {
  late.catch((reason) => console.log('caught', reason));
  process.nextTick(() => console.log('tick'));
  console.log('attached');
}, 20);
