// Worker: messages both ways, what they may hold, what they carry over, and what ends a worker by itself.
'use strict';
const assert = require('node:assert');

const next = (target) => new Promise((resolve, reject) => {
  target.onmessage = resolve;
  target.onmessageerror = () => reject(new Error('messageerror'));
  target.onerror = (event) => reject(event.error ?? new Error(event.message));
});
const echo = new Worker('fixtures/echo.js');
async function there(value, transfer) {
  echo.postMessage(value, transfer);
  return (await next(echo)).data;
}

async function values() {
  const cyclic = { list: [1, 2, , 4], self: null, date: new Date(5), re: /a\/b/giu, nothing: undefined };
  cyclic.self = cyclic;
  cyclic.list.extra = 'property';
  const copy = await there(cyclic);
  assert.strictEqual(copy.self, copy);
  assert.deepStrictEqual(Object.keys(copy), ['list', 'self', 'date', 're', 'nothing']);
  assert.deepStrictEqual(Object.keys(copy.list), ['0', '1', '3', 'extra']);
  assert.strictEqual(copy.list.length, 4);
  assert.strictEqual(+copy.date, 5);
  assert.strictEqual(String(copy.re), '/a\\/b/giu');
  for (const value of [0, -0, 1, -1, 2 ** 31, -(2 ** 31), 2 ** 53, 0.1, NaN, Infinity, -Infinity, '', 'text', 'ä', '\u20ac', '\ud800', 'x'.repeat(5000),
    '\u20ac'.repeat(5000), true, false, null, undefined, 0n, -1n, 10n ** 40n, -(2n ** 64n)]) assert.ok(Object.is(await there(value), value), String(value));
  const boxes = await there([new Boolean(false), new Number(-0), new String('s'), Object(5n)]);
  assert.deepStrictEqual(boxes.map((box) => [typeof box, Object.prototype.toString.call(box)]), [['object', '[object Boolean]'], ['object', '[object Number]'],
    ['object', '[object String]'], ['object', '[object BigInt]']]);
  const key = {};
  const collections = await there({ key, map: new Map([[key, new Set([key, 'm'])]]) });
  assert.strictEqual([...collections.map][0][0], collections.key);
  assert.ok(collections.map.get(collections.key).has(collections.key));
  const odd = await there({ ['__proto__']: 1, constructor: 2, toString: 3, 7: 4 });
  assert.deepStrictEqual(Object.getOwnPropertyDescriptor(odd, '__proto__'), { value: 1, writable: true, enumerable: true, configurable: true });
  assert.deepStrictEqual([odd.constructor, odd.toString, odd[7]], [2, 3, 4]);
}

async function errors() {
  const cause = new RangeError('inner');
  const error = new TypeError('outer', { cause });
  cause.cause = error;
  const copy = await there(error);
  assert.ok(copy instanceof TypeError && copy.cause instanceof RangeError);
  assert.strictEqual(copy.cause.cause, copy);
  assert.strictEqual(copy.message, 'outer');
  assert.strictEqual(copy.stack, error.stack);
  assert.deepStrictEqual(Object.getOwnPropertyDescriptor(copy, 'message'), { value: 'outer', writable: true, enumerable: false, configurable: true });
  const exception = await there(new DOMException('why', 'AbortError'));
  assert.ok(exception instanceof DOMException);
  assert.deepStrictEqual([exception.name, exception.message, exception.code], ['AbortError', 'why', 20]);
  assert.strictEqual('message' in Object.getOwnPropertyDescriptors(await there(new Error())), false);
}

async function buffers() {
  const bytes = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]);
  const copy = await there({ bytes, part: bytes.subarray(2, 4), view: new DataView(bytes.buffer, 1, 2), same: bytes.buffer, big: new BigInt64Array(1) });
  assert.deepStrictEqual([...copy.bytes], [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.deepStrictEqual([...copy.part], [3, 4]);
  assert.strictEqual(copy.part.buffer, copy.bytes.buffer);
  assert.strictEqual(copy.view.buffer, copy.same);
  assert.strictEqual(copy.view.getUint8(1), 3);
  assert.ok(copy.big instanceof BigInt64Array);
  assert.strictEqual(bytes.length, 8);
  const resizable = new ArrayBuffer(4, { maxByteLength: 16 });
  const tracking = await there({ resizable, all: new Uint8Array(resizable), fixed: new Uint8Array(resizable, 0, 2) });
  tracking.resizable.resize(8);
  assert.deepStrictEqual([tracking.all.length, tracking.fixed.length, tracking.resizable.maxByteLength], [8, 2, 16]);

  const large = new Uint8Array(1 << 20).fill(7);
  const { buffer } = large;
  const back = await there({ buffer, again: large, transfer: [] }, [buffer]);
  assert.strictEqual(buffer.byteLength, 0);
  assert.ok(buffer.detached ?? true);
  assert.strictEqual(back.buffer.byteLength, 1 << 20);
  assert.strictEqual(back.again.buffer, back.buffer);
  assert.strictEqual(back.again[1 << 19], 7);
  // What came over can be sent on.
  const moved = await there(back.buffer, { transfer: [back.buffer] });
  assert.strictEqual(back.buffer.byteLength, 0);
  assert.strictEqual(new Uint8Array(structuredClone(moved, { transfer: [moved] }))[5], 7);
  assert.strictEqual((await there(new ArrayBuffer(0))).byteLength, 0);
}

async function ports() {
  const { port1, port2 } = new MessageChannel();
  port1.postMessage('posted before it moved');
  await there('with a port', [port2]);
  const { data } = await next(port1);
  assert.deepStrictEqual(data, ['through', 'posted before it moved']);
  await new Promise((resolve) => { port1.onclose = resolve; }); // the worker closed it
  assert.throws(() => echo.postMessage(1, [port2]), { name: 'DataCloneError' });
  // There and back: each hop keeps the order.
  const relay = new MessageChannel();
  relay.port1.postMessage(1);
  const second = new MessageChannel();
  second.port1.postMessage('inner', [relay.port2]);
  const inner = await new Promise((resolve) => { second.port2.onmessage = (event) => resolve(event.ports[0]); });
  relay.port1.postMessage(2);
  echo.postMessage({ transfer: [] }, [inner]);
  await next(echo);
  assert.deepStrictEqual((await next(relay.port1)).data, ['through', 1]);
  second.port1.close();
}

function refusals() {
  for (const value of [() => {}, Symbol('s'), new WeakMap(), Promise.resolve(), new Proxy({}, {}), new MessageChannel().port1, new Worker('data:,')])
    assert.throws(() => echo.postMessage(value), { name: 'DataCloneError' });
  const buffer = new ArrayBuffer(4);
  assert.throws(() => echo.postMessage({ buffer, f() {} }, [buffer]), { name: 'DataCloneError' });
  assert.throws(() => echo.postMessage(1, [buffer, buffer]), { name: 'DataCloneError' });
  assert.throws(() => echo.postMessage(1, [{}]), { name: 'DataCloneError' });
  assert.throws(() => echo.postMessage({ get a() { throw new RangeError('mine'); } }, [buffer]), RangeError);
  assert.strictEqual(buffer.byteLength, 4);
  assert.throws(() => echo.postMessage(), TypeError);
  assert.throws(() => new Worker(), TypeError);
  assert.throws(() => Worker('x'), TypeError);
  assert.throws(() => new Worker('x.js', 5), TypeError);
  assert.throws(() => new Worker('x.js', { type: 'other' }), TypeError);
  assert.throws(() => new Worker('https://example.org/x.js'), { name: 'NotSupportedError' });
  assert.throws(() => Worker.prototype.terminate.call({}), { code: 'ERR_INVALID_THIS' });
  if (typeof SharedArrayBuffer === 'function') assert.throws(() => echo.postMessage(new SharedArrayBuffer(8)), { name: 'DataCloneError' });
  // A message that is posted while another one is being written.
  echo.postMessage({ get first() { echo.postMessage('from a getter'); return 1; } });
}

async function kinds() {
  const scope = new Worker(new URL('fixtures/scope.js', `file://${__dirname}/`), { name: 'the name' });
  scope.postMessage('m');
  const { facts, data, trusted, event } = (await next(scope)).data;
  assert.deepStrictEqual(facts, {
    self: true, name: 'the name', types: ['function', 'function', 'object', 'function', 'function', 'function'], onmessage: true, argv: true,
  });
  assert.deepStrictEqual([data, trusted, event], ['m', true, true]);
  assert.deepStrictEqual((await next(new Worker('./fixtures/module.mjs'))).data, [true, 'b', 'undefined']);
  assert.deepStrictEqual((await next(new Worker('data:text/javascript,postMessage([1, typeof require])'))).data, [1, 'function']);
  assert.deepStrictEqual((await next(new Worker('data:text/javascript;base64,cG9zdE1lc3NhZ2UoInVlIMO8Iik='))).data, 'ue ü');
  const module = new Worker('data:text/javascript,await null; postMessage(import.meta.url.length > 0)', { type: 'module' });
  assert.strictEqual((await next(module)).data, true);
}

// What is sent first arrives first, whatever its size; all of it arrives before the end.
async function order() {
  const worker = new Worker('data:,for (let i = 0; i < 2000; i++) postMessage({ i, pad: new Uint8Array(i) }); close(); postMessage(-1);');
  let expected = 0;
  await new Promise((resolve) => {
    worker.onmessage = ({ data }) => {
      if (data === -1) return resolve();
      assert.strictEqual(data.i, expected++);
      assert.strictEqual(data.pad.length, data.i);
    };
  });
  assert.strictEqual(expected, 2000);
}

(async () => {
  for (const part of [values, errors, buffers, ports, kinds, order]) await part();
  refusals();
  assert.strictEqual((await next(echo)).data, 'from a getter');
  assert.strictEqual((await next(echo)).data.first, 1);
  echo.terminate();
  echo.postMessage('nobody there');
  console.log('workers.messages: ok');
})();
