// Mode warn-with-error-code: a warning, the loop goes on, code 1 at the end.
// flags: --unhandled-rejections=warn-with-error-code
process.on('warning', (warning) => console.log('warning', warning.name));
process.on('exit', (code) => console.log('exit', code));
Promise.reject(new Error('one'));
setTimeout(() => console.log('timer'), 20);
