// process.abort() is an end like others: of the program, with the exit code of an abort, and not of the host by a signal.
// outcome: error 134
process.on('exit', () => console.log('not even this'));
try { process.abort(); } finally { console.log('this must not run'); }
