// Mode none: silence, code 0; a listener is still told.
// flags: --unhandled-rejections=none
process.on('warning', (warning) => console.log('never', warning.name));
process.on('uncaughtException', () => console.log('never'));
process.on('exit', (code) => console.log('exit', code));
Promise.reject(new Error('one'));
setTimeout(() => {
  process.on('unhandledRejection', (reason) => console.log('unhandled', reason.message));
  Promise.reject(new Error('two'));
}, 20);
