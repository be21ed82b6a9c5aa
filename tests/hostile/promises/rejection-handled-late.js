// A storm of rejections that are handled after they were told, so that each is told twice.
// outcome: output
let told = 0;
let handled = 0;
process.on('unhandledRejection', () => told++);
process.on('rejectionHandled', () => handled++);
const promises = [];
for (let i = 0; i < 500; i++) promises.push(Promise.reject(i));
setTimeout(() => promises.forEach((promise) => promise.catch(() => {})), 1);
setTimeout(() => console.log(told, handled), 10);
