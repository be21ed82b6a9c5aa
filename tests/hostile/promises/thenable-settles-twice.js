// Thenables that call both functions, twice, later, and then throw.
// outcome: output
const seen = [];
const thenable = {
  then(resolve, reject) {
    resolve('first');
    reject('second');
    resolve('third');
    setTimeout(() => { resolve('late'); reject('late'); }, 1);
    throw 'thrown';
  },
};
(async () => { for (let i = 0; i < 3; i++) seen.push(await thenable); })();
Promise.all([thenable, thenable]).then((values) => seen.push(...values));
setTimeout(() => console.log(seen.join()), 5);
