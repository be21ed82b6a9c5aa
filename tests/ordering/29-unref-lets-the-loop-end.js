// An unref'd timer does not keep the loop alive; it still fires while something else does.
setTimeout(() => console.log('never'), 5000).unref();
setTimeout(() => console.log('unrefd, fires in time'), 10).unref();
setTimeout(() => console.log('keeps the loop'), 100);
process.on('exit', () => console.log('exit'));
