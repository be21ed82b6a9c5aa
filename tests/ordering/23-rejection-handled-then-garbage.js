// A promise that is garbage as soon as it has its late handler is announced by rejectionHandled like any other.
let late;
process.on('unhandledRejection', (reason, promise) => {
  console.log('unhandled', reason);
  late = promise;
});
process.on('rejectionHandled', () => console.log('rejectionHandled'));
Promise.reject('x');
setTimeout(() => {
  late.catch(() => console.log('caught'));
  late = undefined;
  queueMicrotask(() => queueMicrotask(makeGarbage));
}, 5);
setTimeout(() => console.log('timer'), 50);

function makeGarbage() {
  let last;
  for (let i = 0; i < 20000; i++) last = new Array(200).fill(i);
  console.log('garbage', last[0]);
}
