// node:events: order, removal, errors, subclassing, once() and on().
'use strict';
const assert = require('node:assert');
const EventEmitter = require('node:events');
const { once, on, errorMonitor, listenerCount } = EventEmitter;
const util = require('node:util');

function logOf(emitter, name, ...labels) {
  const log = [];
  for (const label of labels) emitter.on(name, () => log.push(label));
  return log;
}

assert.strictEqual(EventEmitter.EventEmitter, EventEmitter);
assert.strictEqual(require('events'), EventEmitter);

{ // order, return values, arguments, this
  const e = new EventEmitter();
  assert.strictEqual(e.emit('x'), false);
  const log = logOf(e, 'x', 1, 2);
  assert.strictEqual(e.prependListener('x', () => log.push(0)), e);
  assert.strictEqual(e.emit('x'), true);
  assert.deepStrictEqual(log, [0, 1, 2]);
  let got;
  e.on('args', function(...args) { got = [this, ...args]; });
  e.emit('args', 1, 'two', null);
  assert.deepStrictEqual(got.slice(1), [1, 'two', null]);
  assert.strictEqual(got[0], e);
  const mark = Symbol('mark');
  e.on(mark, () => {});
  assert.deepStrictEqual(e.eventNames(), ['x', 'args', mark]);
}

{ // once
  const e = new EventEmitter();
  const log = [];
  const f = (v) => { log.push(v); if (v === 1) e.emit('x', 2); };
  e.once('x', f);
  assert.deepStrictEqual(e.listeners('x'), [f]);
  assert.notStrictEqual(e.rawListeners('x')[0], f);
  assert.strictEqual(e.rawListeners('x')[0].listener, f);
  e.emit('x', 1);
  e.emit('x', 3);
  assert.deepStrictEqual(log, [1]);
  e.once('y', f);
  e.off('y', f);
  assert.strictEqual(e.listenerCount('y'), 0);
  e.on('z', () => log.push('late'));
  e.prependOnceListener('z', () => log.push('early'));
  e.emit('z');
  e.emit('z');
  assert.deepStrictEqual(log, [1, 'early', 'late', 'late']);
}

{ // changes during an emit apply to the next one
  const e = new EventEmitter();
  const log = [];
  const second = () => log.push('second');
  e.on('x', () => { log.push('first'); e.off('x', second); e.on('x', () => log.push('added')); });
  e.on('x', second);
  e.emit('x');
  assert.deepStrictEqual(log, ['first', 'second']);
  log.length = 0;
  e.emit('x');
  assert.deepStrictEqual(log, ['first', 'added']);
}

{ // the most recently added duplicate goes first; counts
  const e = new EventEmitter();
  const log = [];
  const f = () => log.push('f');
  e.on('x', f).on('x', () => log.push('g')).on('x', f);
  assert.strictEqual(e.listenerCount('x'), 3);
  assert.strictEqual(e.listenerCount('x', f), 2);
  assert.strictEqual(listenerCount(e, 'x'), 3);
  e.removeListener('x', f);
  e.emit('x');
  assert.deepStrictEqual(log, ['f', 'g']);
  e.removeListener('x', () => {});
  assert.strictEqual(e.listenerCount('x'), 2);
  e.removeListener('nothing', f);
}

{ // newListener, removeListener, removeAllListeners
  const e = new EventEmitter();
  const log = [];
  e.on('newListener', (name, f) => log.push(['new', name, f, e.listenerCount(name)]));
  e.on('removeListener', (name, f) => log.push(['gone', name, f, e.listenerCount(name)]));
  log.length = 0;
  const f = () => {};
  const g = () => {};
  e.on('x', f);
  e.on('x', g);
  e.removeAllListeners('x');
  assert.deepStrictEqual(log, [['new', 'x', f, 0], ['new', 'x', g, 1], ['gone', 'x', g, 1], ['gone', 'x', f, 0]]);
  e.once('y', f);
  e.removeListener('y', f);
  assert.deepStrictEqual(log.slice(-2), [['new', 'y', f, 0], ['gone', 'y', f, 0]]);
  e.on('y', f);
  e.removeAllListeners();
  assert.deepStrictEqual(e.eventNames(), []);
  const plain = new EventEmitter();
  plain.on('a', f).on('b', f);
  plain.removeAllListeners('a');
  assert.deepStrictEqual(plain.eventNames(), ['b']);
  plain.removeAllListeners();
  assert.strictEqual(plain.emit('b'), false);
}

{ // 'error'
  const e = new EventEmitter();
  const boom = new Error('boom');
  assert.throws(() => e.emit('error', boom), (x) => x === boom);
  assert.throws(() => e.emit('error', { a: 1 }), { code: 'ERR_UNHANDLED_ERROR', message: 'Unhandled error. ({ a: 1 })',
    context: { a: 1 } });
  assert.throws(() => e.emit('error'), { message: 'Unhandled error. (undefined)' });
  const seen = [];
  e.on(errorMonitor, (x) => seen.push(x));
  assert.throws(() => e.emit('error', boom), (x) => x === boom);
  e.on('error', (x) => seen.push(['handled', x]));
  e.emit('error', boom);
  assert.deepStrictEqual(seen, [boom, boom, ['handled', boom]]);
}

{ // a throwing listener stops the emit
  const e = new EventEmitter();
  const log = [];
  e.on('x', () => { throw new RangeError('stop'); });
  e.on('x', () => log.push('never'));
  assert.throws(() => e.emit('x'), RangeError);
  assert.deepStrictEqual(log, []);
}

{ // arguments are checked
  const e = new EventEmitter();
  assert.throws(() => e.on('x', 5), {
    name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE',
    message: 'The "listener" argument must be of type function. Received type number (5)',
  });
  assert.throws(() => e.once('x'), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => e.off('x', null), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => e.setMaxListeners(-1), { name: 'RangeError', code: 'ERR_OUT_OF_RANGE' });
  assert.throws(() => { EventEmitter.defaultMaxListeners = NaN; }, { code: 'ERR_OUT_OF_RANGE' });
}

{ // ES5 and class inheritance
  function Old() { EventEmitter.call(this); }
  util.inherits(Old, EventEmitter);
  class Young extends EventEmitter {
    constructor() { super(); this.ready = true; }
  }
  function Lazy() {}                     // never calls the constructor
  Lazy.prototype = Object.create(EventEmitter.prototype);
  function Shared() { EventEmitter.call(this); }  // an emitter as prototype must not share its listeners
  Shared.prototype = new EventEmitter();
  for (const Type of [Old, Young, Lazy, Shared]) {
    const a = new Type();
    const b = new Type();
    const log = logOf(a, 'x', Type.name);
    b.emit('x');
    assert.deepStrictEqual(log, [], Type.name);
    a.emit('x');
    assert.deepStrictEqual(log, [Type.name]);
    assert.ok(a instanceof EventEmitter);
  }
  assert.strictEqual(Old.super_, EventEmitter);
}

{ // limits
  const e = new EventEmitter();
  assert.strictEqual(e.getMaxListeners(), 10);
  assert.strictEqual(EventEmitter.defaultMaxListeners, 10);
  assert.strictEqual(e.setMaxListeners(1), e);
  assert.strictEqual(e.getMaxListeners(), 1);
  assert.strictEqual(EventEmitter.getMaxListeners(e), 1);
}

{ // a program may replace the array methods
  const iterator = Array.prototype[Symbol.iterator];
  const names = ['slice', 'forEach', 'splice', 'shift', 'unshift'];
  // Node's own on() calls push of the listener array.
  if (!process.versions?.v8) names.push('push');
  const originals = names.map((name) => Array.prototype[name]);
  const e = new EventEmitter();
  let calls = 0;
  const f = () => { calls++; };
  const broken = () => { throw new Error('tampered'); };
  try {
    for (let i = 0; i < names.length; i++) Array.prototype[names[i]] = broken;
    Array.prototype[Symbol.iterator] = broken;
    for (let i = 0; i < 3; i++) e.on('x', f);
    e.once('x', f);
    e.emit('x', 1, 2);
    e.off('x', f);
    e.emit('x');
  } finally {
    Array.prototype[Symbol.iterator] = iterator;
    for (let i = 0; i < names.length; i++) Array.prototype[names[i]] = originals[i];
  }
  assert.strictEqual(calls, 6);
}

async function asynchronous() {
  const e = new EventEmitter();
  let promise = once(e, 'x');
  e.emit('x', 1, 2);
  assert.deepStrictEqual(await promise, [1, 2]);
  assert.strictEqual(e.listenerCount('error'), 0);

  promise = once(e, 'x');
  e.emit('error', new Error('failed'));
  await assert.rejects(promise, /failed/);
  assert.strictEqual(e.listenerCount('x'), 0);

  promise = once(e, 'error');
  e.emit('error', 'value');
  assert.deepStrictEqual(await promise, ['value']);

  const got = [];
  setImmediate(() => {
    e.emit('item', 1);
    e.emit('item', 2, 'b');
    e.emit('end');
  });
  for await (const args of on(e, 'item', { close: ['end'] })) got.push(args);
  assert.deepStrictEqual(got, [[1], [2, 'b']]);
  assert.strictEqual(e.listenerCount('item'), 0);

  const iterator = on(e, 'item');
  const pending = iterator.next();
  e.emit('error', new Error('broken'));
  await assert.rejects(pending, /broken/);
  assert.deepStrictEqual(await iterator.next(), { value: undefined, done: true });

  // Too many listeners: one warning, in a later turn.
  const warnings = [];
  const listen = (w) => warnings.push(w);
  process.on('warning', listen);
  const crowded = new EventEmitter().setMaxListeners(2);
  for (let i = 0; i < 5; i++) crowded.on('x', () => {});
  await new Promise((resolve) => { setImmediate(resolve); });
  process.removeListener('warning', listen);
  assert.strictEqual(warnings.length, 1);
  assert.strictEqual(warnings[0].name, 'MaxListenersExceededWarning');
  assert.match(warnings[0].message, /3 x listeners added to \[EventEmitter\]\. MaxListeners is 2/);
  assert.strictEqual(warnings[0].count, 3);
  assert.strictEqual(warnings[0].emitter, crowded);
}

asynchronous().then(() => console.log('events ok'), (error) => setImmediate(() => { throw error; }));

// ---- captureRejections ----------------------------------------------------------------------------------------------
{
  const wrong = { code: 'ERR_INVALID_ARG_TYPE', name: 'TypeError' };
  for (const bad of [1, 'yes', {}, () => {}]) {
    assert.throws(() => new EventEmitter({ captureRejections: bad }),
      { ...wrong, message: /^The "options\.captureRejections" property must be of type boolean\./ });
    assert.throws(() => { EventEmitter.captureRejections = bad; },
      { ...wrong, message: /^The "EventEmitter\.captureRejections" property must be of type boolean\./ });
  }
  assert.strictEqual(EventEmitter.captureRejections, false);
  assert.strictEqual(EventEmitter.captureRejectionSymbol, Symbol.for('nodejs.rejection'));

  const log = [];
  const captured = new EventEmitter({ captureRejections: true });
  captured.on('error', (e) => log.push(`error ${e}`));
  captured.on('x', async (v) => { throw v; });
  captured.on('x', () => ({ get then() { throw 'from the getter'; } }));
  captured.on('x', () => ({ then(done, fail) { fail('from then'); } }));
  captured.on('x', () => 5);
  captured.emit('x', 'one');

  const own = new EventEmitter({ captureRejections: true });
  own[EventEmitter.captureRejectionSymbol] = (...args) => log.push(['own', ...args]);
  own.on('y', async () => { throw 'two'; });
  own.emit('y', 1, 2);

  EventEmitter.captureRejections = true;
  const late = new EventEmitter();
  EventEmitter.captureRejections = false;
  late.on('z', async () => { throw 'nobody'; });

  const plain = new EventEmitter();
  plain.on('error', () => log.push('never'));
  plain.on('x', async () => { throw 'unhandled'; });
  process.once('unhandledRejection', (reason) => log.push(`rejection ${reason}`));
  plain.emit('x');

  // An 'error' listener that rejects is not told of its own rejection.
  const loops = new EventEmitter({ captureRejections: true });
  loops.on('error', async (e) => { log.push(`loops ${e}`); throw 'again'; });
  loops.on('x', async () => { throw 'first'; });
  setImmediate(() => {
    process.once('unhandledRejection', (reason) => log.push(`rejection ${reason}`));
    loops.emit('x');
  });

  process.on('exit', () => assert.deepStrictEqual(log, [
    'error from the getter', 'error from then', 'error one', ['own', 'two', 'y', 1, 2], 'rejection unhandled',
    'loops first', 'rejection again',
  ]));
}

{ // a value that cannot be shown is named all the same
  assert.throws(() => new EventEmitter().emit('error', { [util.inspect.custom]() { throw new Error('no'); } }),
    { code: 'ERR_UNHANDLED_ERROR', message: 'Unhandled error. ([object Object])' });
}
