// Mode warn: always a warning, the process goes on and ends with code 0.
// flags: --unhandled-rejections=warn
process.on('warning', (warning) => console.log('warning', warning.name));
process.on('uncaughtException', () => console.log('never'));
process.on('exit', (code) => console.log('exit', code));
const late = Promise.reject(new Error('one'));
setTimeout(() => late.catch(() => console.log('caught')), 20);
