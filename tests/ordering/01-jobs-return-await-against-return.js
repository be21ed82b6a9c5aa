// An async function that returns a promise takes three jobs; return await takes one job plus its own.
const settled = Promise.resolve('x');
(async () => settled)().then(() => console.log('return promise'));
(async () => await settled)().then(() => console.log('return await promise'));
(async () => 'x')().then(() => console.log('return value'));
let chain = Promise.resolve();
for (let i = 1; i <= 5; i++) chain = chain.then(() => console.log('job', i));
