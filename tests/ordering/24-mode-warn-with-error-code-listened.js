// Mode warn-with-error-code: with a listener there is neither a warning nor a code.
// flags: --unhandled-rejections=warn-with-error-code
process.on('warning', (warning) => console.log('never', warning.name));
process.on('unhandledRejection', (reason) => console.log('unhandled', reason.message));
process.on('exit', (code) => console.log('exit', code));
Promise.reject(new Error('one'));
