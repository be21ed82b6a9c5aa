// AsyncLocalStorage across await: in loops, try, catch and finally, generators, methods, arrows and thenables.
const { AsyncLocalStorage } = require('node:async_hooks');
const als = new AsyncLocalStorage();
const show = (label) => console.log(label, als.getStore());
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
async function fail(x) { await sleep(1); throw new Error(x) }
async function main(id) {
  show('start ' + id);
  await sleep(5);
  show('after sleep ' + id);
  const v = await Promise.resolve(id) + await 1;
  show('sum ' + v);
  try { await fail('boom') } catch (e) { show('caught ' + id + e.message) } finally { show('finally ' + id) }
  try { await fail('x').finally(() => show('fin')) } catch { await null; show('after in catch') }
  outer: for await (const x of [sleep(2).then(() => 'a'), 'b', 'c']) { show('loop ' + id + x); if (x === 'b') { await sleep(1); continue outer } if (x === 'c') break outer }
  show('after loop ' + id);
  async function* gen() { show('gen ' + id); yield 1; await sleep(1); show('gen2 ' + id); yield 2 }
  for await (const x of gen()) show('g ' + x);
  await Promise.all([1, 2].map(async (k) => { await sleep(k); show('all ' + id + k) }));
  const arrow = async () => await sleep(1); await arrow(); show('arrow');
  await als.run('inner', async () => { await sleep(1); show('inner ' + id) }); show('outer ' + id);
  if (id) try { await 1 } catch {}
  if (id) for await (const y of [1]) show('bare ' + y)
  class A { async m() { await this.n(); show('method ' + id) } async n() { await null } }
  await new A().m();
  als.enterWith('entered' + id); await sleep(1); show('after enterWith');
  const o = { then(r) { show('thenable ' + id); r(7) } }; show(await o);
  return `${await sleep(1, 2)}`
}
als.run('one', main, 1).then(() => als.run('two', main, 2)).then(() => show('end'));
show('top');
