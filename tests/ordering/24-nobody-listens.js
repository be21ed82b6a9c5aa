// With no listener a rejection is raised as uncaught: exit with code 1, no macrotask runs.
process.on('exit', (code) => console.log('exit', code));
process.nextTick(() => console.log('tick'));
setTimeout(() => console.log('never'), 1);
setImmediate(() => console.log('never'));
Promise.reject(new Error('alone'));
