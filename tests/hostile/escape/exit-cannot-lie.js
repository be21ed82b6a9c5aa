// A program cannot end as if a limit had ended it without saying so, nor go on after its end.
// outcome: error 7
// says: said by the program
console.error('said by the program');
process.on('exit', () => { process.exitCode = 7; });
process.reallyExit = process.abort = () => console.log('called');
try { process.exit(); } finally { for (let i = 0; i < 10; i++) console.log('this must not run'); }
