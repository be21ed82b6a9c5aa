// The listeners after the throwing one are not told.
process.on('uncaughtException', () => { throw new Error('inner'); });
process.on('uncaughtException', () => console.log('never'));
process.nextTick(() => { throw new Error('outer'); });
