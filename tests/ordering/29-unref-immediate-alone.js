// An unref'd immediate that is alone does not run: the loop is idle.
setImmediate(() => console.log('alone')).unref();
process.on('exit', () => console.log('exit'));
