// Every uncaughtException listener is told, in order.
process.on('uncaughtException', () => console.log('one'));
process.on('uncaughtException', () => console.log('two'));
process.prependListener('uncaughtException', () => console.log('zero'));
setTimeout(() => { throw new Error('x'); }, 1);
