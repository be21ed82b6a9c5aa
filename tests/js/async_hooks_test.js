// node:async_hooks: what recorded programs (tests/ordering/36-*) do not show: how texts are rewritten for `await`, and the classes' surface.
'use strict';
const assert = require('node:assert');
const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks');
const { late, broken } = require('./fixtures/await/helper');

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const store = new AsyncLocalStorage();

async function main() {
  // Statements whose ends and beginnings are easily mistaken.
  const results = await store.run('s', async () => {
    const seen = [];
    const see = () => seen.push(store.getStore());
    if (seen) try { await sleep(1) } catch {} finally { see() }
    else assert.fail('the wrong branch');
    let text = `${await late(store)}`
    await sleep(0)
    see()
    text += await late(store)
    const nested = await await Promise.resolve(Promise.resolve('n')); see();
    for (const value of await Promise.all([1, await 2])) seen.push(value);
    a: b: for await (const [x] of [[1], [2], [3]]) { see(); if (x === 1) continue a; if (x === 2) break b }
    for await (const x of [sleep(1)]) see()
    do await null; while (false)
    see();
    switch (await 1) { case await 1: try { throw await 'thrown' } catch (error) { see(); seen.push(error) } }
    const object = { async method() { await null; see() }, get [await 'key']() { return 'value' } };
    await object.method();
    seen.push(object.key, -await 1, !await 0, typeof await 'x', 2 ** (await 3), await 4 + await 5, (await (() => 6))());
    const arrow = async (x = 1) => await x;
    seen.push(await arrow(), await arrow.call(null, await 8), new (await Array)(await 2).length);
    try { await Promise.reject(1) } catch { try { await Promise.reject(2) } catch { await null } finally { await null; see() } see() }
    return [text, nested, seen];
  });
  assert.deepStrictEqual(results, ['ss', 'n', ['s', 's', 's', 1, 2, 's', 's', 's', 's', 's', 'thrown', 's', 'value', -1, true, 'string', 8, 9, 6,
    1, 8, 2, 's', 's']]);
  assert.strictEqual(store.getStore(), undefined);

  // Contexts of concurrent work do not mix, whichever order it ends in.
  const many = Array.from({ length: 200 }, (_, i) => store.run(i, async () => {
    for (let turn = 0; turn < 5; turn++) {
      await sleep((i * 7 + turn * 3) % 5);
      await new Promise((resolve) => [setImmediate, process.nextTick, queueMicrotask][(i + turn) % 3](resolve));
      assert.strictEqual(store.getStore(), i);
    }
    return i;
  }));
  assert.deepStrictEqual(await Promise.all(many), Array.from({ length: 200 }, (_, i) => i));

  // An error's place and words are those of the program's text.
  const error = await broken(Promise.resolve({})).catch((reason) => reason);
  const inspected = require('node:util').inspect(error);
  assert.match(inspected, /helper\.js:5:\d+/);
  assert.doesNotMatch(inspected, /\$m/);
  const column = Number(/helper\.js:5:(\d+)/.exec(inspected)[1]);
  assert.ok(column >= 72 && column <= 97, `column ${column}`); // within `(await found).missing.part`

  // A replaced then() of the program's own is kept.
  const before = Promise.prototype.then;
  let calls = 0;
  Promise.prototype.then = function(...args) {
    calls++;
    return Reflect.apply(before, this, args);
  };
  assert.strictEqual(await store.run(1, () => Promise.resolve().then(() => store.getStore())), 1);
  Promise.prototype.then = before;
  assert.strictEqual(calls, 1);
  assert.strictEqual(before.name, 'then');
  assert.strictEqual(before.length, 2);
  assert.throws(() => new before(), TypeError);
  assert.throws(() => before.call({}, () => {}), TypeError);

  // Resources.
  const resource = store.run('r', () => new AsyncResource('TYPE'));
  assert.strictEqual(resource.runInAsyncScope(function(a, b) { return [this.x, a, b, store.getStore()].join() }, { x: 1 }, 2, 3), '1,2,3,r');
  assert.throws(() => resource.runInAsyncScope(() => { throw new Error('out') }), /out/);
  assert.strictEqual(store.getStore(), undefined);
  assert.ok(resource.asyncId() > 0);
  assert.strictEqual(new AsyncResource('T', 7).triggerAsyncId(), 7);
  assert.strictEqual(resource.emitDestroy(), resource);
  assert.throws(() => new AsyncResource(1), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => new AsyncLocalStorage(null), { code: 'ERR_INVALID_ARG_TYPE' });
  const bound = store.run('b', () => AsyncResource.bind(function two(a, b) { return [a, b, store.getStore()] }));
  assert.strictEqual(bound.length, 2);
  assert.deepStrictEqual(bound(1, 2), [1, 2, 'b']);

  // Values that compare equal to what is there already.
  assert.strictEqual(store.run(undefined, () => store.getStore()), undefined);
  const withDefault = new AsyncLocalStorage({ defaultValue: 'd' });
  assert.strictEqual(withDefault.run(undefined, () => withDefault.getStore()), undefined);
  assert.strictEqual(withDefault.run('d', () => withDefault.exit(() => withDefault.getStore())), undefined);
}

main().then(() => console.log('ok'));
