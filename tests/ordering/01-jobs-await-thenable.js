// await of a thenable takes a job to call its then, and one for the answer.
const thenable = { then(resolve) { console.log('then called'); resolve('value'); } };
(async () => { console.log('got', await thenable); })();
let chain = Promise.resolve();
for (let i = 1; i <= 5; i++) chain = chain.then(() => console.log('job', i));
console.log('script');
