// for await over an array of promises and values goes on in order.
(async () => {
  for await (const value of [Promise.resolve('a'), 'b', Promise.resolve('c')]) console.log(value);
  console.log('done');
})();
let chain = Promise.resolve();
for (let i = 1; i <= 10; i++) chain = chain.then(() => console.log('job', i));
