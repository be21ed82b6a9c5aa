// process.exit(n) whose listener throws, unhandled.
process.on('exit', (code) => { console.log('exit', code); throw new Error('in exit'); });
setTimeout(() => { process.exit(3); }, 1);
