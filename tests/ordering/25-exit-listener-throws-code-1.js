// An exit listener that throws with no exitCode set ends with code 1.
process.on('exit', (code) => { console.log('exit', code); throw new Error('in exit'); });
