// Events of the process that only the host tells, told by the program, with what they must not be given.
// outcome: output
process.on('uncaughtException', (error) => console.log('told', error));
for (const name of ['uncaughtException', 'unhandledRejection', 'warning', 'exit', 'beforeExit', 'SIGINT', 'message', 'rejectionHandled']) {
  process.emit(name, Symbol('mine'), null, { valueOf() { throw 1; } });
}
setTimeout(() => console.log('still here'), 1);
