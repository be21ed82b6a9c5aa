// Mode warn: the listener is told, and the warning comes as well.
// flags: --unhandled-rejections=warn
process.on('unhandledRejection', (reason) => console.log('unhandled', reason.message));
process.on('warning', (warning) => console.log('warning', warning.name));
Promise.reject(new Error('one'));
setTimeout(() => console.log('timer'), 20);
