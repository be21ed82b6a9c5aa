// Async generators: yields, awaits and requests queued ahead, against a counting chain.
async function* numbers() {
  console.log('started');
  yield 1;
  await null;
  yield Promise.resolve(2);
  return 3;
}
const iterator = numbers();
for (let i = 0; i < 4; i++) iterator.next().then((result) => console.log(JSON.stringify(result)));
let chain = Promise.resolve();
for (let i = 1; i <= 10; i++) chain = chain.then(() => console.log('job', i));
