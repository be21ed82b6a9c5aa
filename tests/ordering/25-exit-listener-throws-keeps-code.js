// An exit listener that throws keeps an exitCode that was set.
process.exitCode = 5;
process.on('exit', (code) => { console.log('exit', code); throw new Error('in exit'); });
process.on('exit', () => console.log('second listener'));
