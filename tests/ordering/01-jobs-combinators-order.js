// Promise combinators settle in a fixed number of jobs.
const settled = () => Promise.resolve('v');
Promise.all([settled(), settled()]).then(() => console.log('all'));
Promise.allSettled([settled(), settled()]).then(() => console.log('allSettled'));
Promise.race([settled(), settled()]).then(() => console.log('race'));
Promise.any([settled(), settled()]).then(() => console.log('any'));
Promise.any([]).catch((error) => console.log('any of none', error.constructor.name));
Promise.all([]).then(() => console.log('all of none'));
let chain = Promise.resolve();
for (let i = 1; i <= 4; i++) chain = chain.then(() => console.log('job', i));
