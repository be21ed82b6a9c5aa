// A once listener handles one exception; the next one ends the process.
process.once('uncaughtException', (error) => console.log('caught', error.message));
process.on('exit', (code) => console.log('exit', code));
setImmediate(() => { throw new Error('one'); });
setImmediate(() => { throw new Error('two'); });
setImmediate(() => console.log('never'));
