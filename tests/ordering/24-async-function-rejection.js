// A throw in an async function after an await is a rejection of its promise.
process.on('unhandledRejection', (reason, promise) => console.log('unhandled', reason.message, promise === result));
async function work() {
  await null;
  throw new Error('late throw');
}
const result = work();
setTimeout(() => console.log('timer'), 5);
