// An uncaughtException listener that throws ends the process with code 7.
process.on('exit', (code) => console.log('exit', code));
process.on('uncaughtException', () => { console.log('listener'); throw new Error('inner'); });
setTimeout(() => { throw new Error('outer'); }, 1);
setTimeout(() => console.log('never'), 50);
