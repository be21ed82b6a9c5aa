// process.exit in a timer: the next due timer and the jobs of this one do not run.
process.on('exit', (code) => console.log('exit', code));
setTimeout(() => {
  process.nextTick(() => console.log('never: tick'));
  console.log('timer');
  process.exit(11);
  console.log('never: after');
}, 5);
setTimeout(() => console.log('never: timer 2'), 5);
for (const end = Date.now() + 20; Date.now() < end;);    // until all of them are due in one pass
