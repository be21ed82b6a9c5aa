// A monitor that throws ends the process too.
process.on('uncaughtExceptionMonitor', () => { throw new Error('monitor'); });
process.on('uncaughtException', () => console.log('never'));
process.on('exit', (code) => console.log('exit', code));
setTimeout(() => { throw new Error('x'); }, 1);
