// performance and node:perf_hooks: the clock, its shape, and who may ask it.
'use strict';
const assert = require('node:assert');

{ // attributes of the globals
  const attribute = Object.getOwnPropertyDescriptor(globalThis, 'performance');
  assert.strictEqual(typeof attribute.get, 'function');
  assert.strictEqual(typeof attribute.set, 'function');
  assert.strictEqual(attribute.enumerable, true);
  assert.strictEqual(attribute.configurable, true);
  assert.strictEqual(attribute.get.name, 'get performance');
  assert.strictEqual(performance, performance);
  assert.strictEqual(attribute.get.call(undefined), performance);
  assert.strictEqual(Object.keys(globalThis).includes('Performance'), false);
  assert.strictEqual(Performance.name, 'Performance');
  assert.deepStrictEqual({ ...Object.getOwnPropertyDescriptor(globalThis, 'Performance') },
    { value: Performance, writable: true, enumerable: false, configurable: true });
}

{ // the interface
  assert.throws(() => new Performance(), { name: 'TypeError', code: 'ERR_ILLEGAL_CONSTRUCTOR', message: 'Illegal constructor' });
  assert.strictEqual(performance instanceof Performance, true);
  assert.strictEqual(Object.prototype.toString.call(performance), '[object Performance]');
  assert.deepStrictEqual(Reflect.ownKeys(performance), []);
  for (const name of ['now', 'toJSON', 'timeOrigin']) {
    assert.strictEqual(Object.getOwnPropertyDescriptor(Performance.prototype, name).enumerable, true, name);
  }
  const read = Object.getOwnPropertyDescriptor(Performance.prototype, 'timeOrigin').get;
  const expected = { name: 'TypeError', code: 'ERR_INVALID_THIS', message: 'Value of "this" must be of type Performance' };
  for (const stranger of [{}, Performance.prototype, undefined, null, Object.create(performance), new Proxy(performance, {})]) {
    assert.throws(() => performance.now.call(stranger), typeof stranger === 'object' && stranger !== null ? expected : TypeError);
    assert.throws(() => performance.toJSON.call(stranger), TypeError);
    assert.throws(() => read.call(stranger), TypeError);
  }
  assert.deepStrictEqual(performance.toJSON(), { timeOrigin: performance.timeOrigin });
  assert.strictEqual(JSON.parse(JSON.stringify(performance)).timeOrigin, performance.timeOrigin);
  assert.strictEqual(require('node:util').inspect({ performance }, { depth: 0 }), '{ performance: [Performance] }');
  assert.match(require('node:util').inspect(performance), /^Performance \{ timeOrigin: \d+(\.\d+)? \}$/);
}

{ // time
  const { performance: same, Performance: Class } = require('node:perf_hooks');
  assert.strictEqual(same, performance);
  assert.strictEqual(Class, Performance);
  assert.ok(Math.abs(performance.timeOrigin + performance.now() - Date.now()) < 1000);
  let last = performance.now();
  assert.ok(last > 0);
  let fractions = 0;
  let steps = 0;
  for (let i = 0; i < 100_000; i++) {
    const now = performance.now();
    assert.ok(now >= last);
    if (now > last) steps++;
    if (now !== Math.floor(now)) fractions++;
    last = now;
  }
  assert.ok(fractions > 0, 'finer than a millisecond');
  assert.ok(steps > 100, 'it moves while nothing else happens');
  // The same clock as process.hrtime's, from another start.
  const [seconds, nanoseconds] = process.hrtime();
  const offset = seconds * 1e3 + nanoseconds / 1e6 - performance.now();
  const start = performance.now();
  setTimeout(() => {
    const waited = performance.now() - start;
    assert.ok(waited > 19 && waited < 5000, `${waited}`); // timers count whole milliseconds
    const [s, n] = process.hrtime();
    assert.ok(Math.abs(s * 1e3 + n / 1e6 - performance.now() - offset) < 50);
    performance = 'mine'; // replaceable
    assert.strictEqual(globalThis.performance, 'mine');
    assert.strictEqual(require('node:perf_hooks').performance, same);
    console.log('performance: ok');
  }, 20);
}
