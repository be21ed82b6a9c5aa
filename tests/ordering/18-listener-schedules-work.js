// What an uncaughtException listener schedules runs like what any other callback schedules.
process.on('uncaughtException', (error) => {
  console.log('caught', error.message);
  process.nextTick(() => console.log('tick of listener'));
  queueMicrotask(() => console.log('microtask of listener'));
  setImmediate(() => console.log('immediate of listener'));
});
setTimeout(() => {
  process.nextTick(() => console.log('tick of timer'));
  throw new Error('x');
}, 1);
