// How many jobs import() takes, for new and known modules, for failures, for built-ins and CommonJS.
let jobs = 0;
globalThis.report = (what) => console.log(what, 'after', jobs);
async function count(name, start) {
  jobs = 0;
  let done = false;
  start().then(() => { done = 'fulfilled'; }, () => { done = 'rejected'; });
  while (!done && jobs < 100) {
    await 0;
    jobs++;
  }
  console.log(name, done, jobs);
}
for (const name of ['plain.js', 'imports.js', 'waits.js', 'throws.js', 'throws_later.js', 'bad_link.js', 'bad_syntax.js', 'missing.js', 'common.cjs', 'imports_missing.js']) {
  await count(name, () => import(`./fixtures/jobs/${name}`));
  await count(`${name} again`, () => import(`./fixtures/jobs/${name}`));
}
await count('builtin', () => import('node:timers'));
await count('builtin again', () => import('node:timers'));
await count('json', () => import('./fixtures/jobs/data.json', { with: { type: 'json' } }));
await count('no attribute', () => import('./fixtures/jobs/data.json'));
await count('toString throws', () => import({ toString() { throw 1; } }));
await count('bad options', () => import('./fixtures/jobs/plain.js', 1));
await count('package', () => import('nowhere'));
await count('data', () => import('data:text/javascript,export default 1'));
