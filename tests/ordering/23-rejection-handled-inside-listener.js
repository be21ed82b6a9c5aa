// A handler attached inside the unhandledRejection listener itself.
process.on('unhandledRejection', (reason, promise) => {
  console.log('unhandled', reason);
  promise.catch(() => console.log('caught'));
});
process.on('rejectionHandled', () => console.log('rejectionHandled'));
Promise.reject('x');
setTimeout(() => console.log('timer'), 5);
