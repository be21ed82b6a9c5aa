// process.exit inside an uncaughtException listener.
process.on('uncaughtException', (error) => { console.log('caught', error.message); process.exit(24); });
process.on('exit', (code) => console.log('exit', code));
setTimeout(() => { throw new Error('x'); }, 1);
setTimeout(() => console.log('never'), 1);
for (const end = Date.now() + 20; Date.now() < end;);    // until all of them are due in one pass
