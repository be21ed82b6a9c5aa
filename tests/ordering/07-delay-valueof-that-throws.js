// An exception from coercing the delay reaches the caller and schedules nothing.
try {
  setTimeout(() => console.log('never'), { valueOf() { throw new Error('from valueOf'); } });
} catch (error) {
  console.log(error.message);
}
process.on('exit', () => console.log('idle'));
