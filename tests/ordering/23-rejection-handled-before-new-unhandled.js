// rejectionHandled events precede new unhandledRejection events of the same drain.
process.on('unhandledRejection', (reason) => console.log('unhandled', reason));
process.on('rejectionHandled', () => console.log('rejectionHandled'));
const late = Promise.reject('late');
setImmediate(() => {
  Promise.reject('new');
  late.catch(() => console.log('caught'));
});
