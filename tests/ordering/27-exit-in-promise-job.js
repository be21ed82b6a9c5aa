// process.exit in a promise job is no rejection: it stops.
process.on('exit', (code) => console.log('exit', code));
process.on('unhandledRejection', () => console.log('never'));
Promise.resolve()
  .then(() => { process.exit(15); })
  .catch(() => console.log('never: catch'))
  .finally(() => console.log('never: finally'));
