// Settling a settled promise again is silent.
process.on('unhandledRejection', (reason) => console.log('never', reason));
process.on('multipleResolves', () => console.log('never multipleResolves'));
const promise = new Promise((resolve, reject) => { resolve(1); reject(new Error('late')); resolve(2); });
promise.then((value) => console.log(value));
