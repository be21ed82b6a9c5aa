// Error.prepareStackTrace, captureStackTrace and stackTraceLimit are the program's to break.
Error.prepareStackTrace = () => { throw new Error('prepareStackTrace'); };
Error.captureStackTrace = () => { throw new Error('captureStackTrace'); };
Error.stackTraceLimit = 'many';
console.log(new Error('shown').message);
try { setTimeout('no function'); } catch (error) { console.log(error.code); }
process.on('uncaughtException', (error) => console.log('uncaught', error.message));
setTimeout(() => { throw new Error('timer'); }, 10);
delete Error.stackTraceLimit;
Object.defineProperty(Error, 'stackTraceLimit', { get() { throw 1; } });
setTimeout(() => { throw new Error('again'); }, 12);
