// What node:events, node:util and timers/promises do with an EventTarget and with a signal.
'use strict';
const assert = require('node:assert');
const events = require('node:events');
const util = require('node:util');
const timers = require('node:timers/promises');
const { EventEmitter, addAbortListener, getEventListeners, getMaxListeners, listenerCount, on, once, setMaxListeners } = events;

const noop = () => {};
const invalidArg = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' };
const aborted = (cause) => ({ name: 'AbortError', code: 'ABORT_ERR', message: 'The operation was aborted', cause });
const emit = (target, type = 'x') => target.dispatchEvent(new Event(type));
const counts = (signal, ...targets) => [listenerCount(signal, 'abort'), ...targets.map((t) => listenerCount(t, 'x'))];

{ // listenerCount, getEventListeners
  const target = new EventTarget();
  const object = { handleEvent() {} };
  target.addEventListener('x', noop);
  target.addEventListener('x', object, true);
  target.addEventListener('y', noop, { once: true });
  assert.deepStrictEqual([listenerCount(target, 'x'), listenerCount(target, 'y'), listenerCount(target, 'z')], [2, 1, 0]);
  const list = getEventListeners(target, 'x');
  assert.deepStrictEqual([list.length, list[0] === noop, list[1] === object], [2, true, true]);
  list.length = 0;
  assert.strictEqual(listenerCount(target, 'x'), 2, 'the list is a copy');
  assert.deepStrictEqual(getEventListeners(new EventTarget(), 'x'), []);
  const emitter = new EventEmitter();
  emitter.once('x', noop);
  assert.deepStrictEqual(getEventListeners(emitter, 'x'), [noop]);
  const { signal } = new AbortController();
  signal.onabort = noop;
  assert.strictEqual(getEventListeners(signal, 'abort').length, 1);
  for (const f of [listenerCount, getEventListeners, getMaxListeners]) {
    assert.throws(() => f({}, 'x'), {
      ...invalidArg,
      message: 'The "emitter" argument must be an instance of EventEmitter or EventTarget. Received an instance of Object',
    });
  }
}

{ // limits
  const target = new EventTarget();
  assert.deepStrictEqual([getMaxListeners(target), getMaxListeners(new AbortController().signal)], [10, 0]);
  const emitter = new EventEmitter();
  setMaxListeners(3, target, emitter);
  assert.deepStrictEqual([getMaxListeners(target), getMaxListeners(emitter), getMaxListeners(new EventTarget())], [3, 3, 10]);
  setMaxListeners(4);
  assert.deepStrictEqual([getMaxListeners(target), getMaxListeners(new EventTarget()), events.defaultMaxListeners], [3, 4, 4]);
  events.defaultMaxListeners = 10;
  assert.throws(() => setMaxListeners(1, {}), {
    ...invalidArg,
    message: 'The "eventTargets" argument must be an instance of EventEmitter or EventTarget. Received an instance of Object',
  });
  assert.throws(() => setMaxListeners(-1, target), { code: 'ERR_OUT_OF_RANGE' });
}

const warnings = [];
process.on('warning', (warning) => { if (warning.name === 'MaxListenersExceededWarning') warnings.push(warning); });

{ // a warning for each target, at the first type that has too many
  const fill = (target, type, n) => {
    for (let i = 0; i < n; i++) target.addEventListener(type, () => {});
  };
  class Mine extends EventTarget {}
  const [one, two, three] = [new EventTarget(), new Mine(), new EventTarget()];
  fill(one, 'x', 12);
  fill(one, 'y', 12);
  setMaxListeners(2, two);
  fill(two, 'z', 3);
  setMaxListeners(0, three);
  fill(three, 'x', 100);
  fill(new AbortController().signal, 'abort', 100);
  fill(new EventTarget(), 'x', 10);
  setTimeout(() => {
    assert.deepStrictEqual(warnings.map((w) => [w.message, w.target, w.type, w.count]), [
      ['Possible EventTarget memory leak detected. 11 x listeners added to EventTarget. MaxListeners is 10. ' +
        'Use events.setMaxListeners() to increase limit', one, 'x', 11],
      ['Possible EventTarget memory leak detected. 3 z listeners added to Mine. MaxListeners is 2. ' +
        'Use events.setMaxListeners() to increase limit', two, 'z', 3],
    ]);
  }, 1);
}

{ // addAbortListener
  const log = [];
  const controller = new AbortController();
  const { signal } = controller;
  signal.addEventListener('abort', (e) => { log.push('first'); e.stopImmediatePropagation(); });
  const disposable = addAbortListener(signal, function(e) { log.push('second', e.type, e.target === signal, this === signal); });
  signal.addEventListener('abort', () => log.push('never'));
  addAbortListener(signal, () => log.push('never'))[Symbol.dispose]();
  assert.deepStrictEqual([listenerCount(signal, 'abort'), Object.getPrototypeOf(disposable)], [3, null]);
  controller.abort();
  assert.deepStrictEqual(log, ['first', 'second', 'abort', true, true]);
  disposable[Symbol.dispose]();
  let late = 0;
  addAbortListener(signal, () => late++);
  assert.strictEqual(late, 0);
  queueMicrotask(() => assert.strictEqual(late, 1));
  for (const value of [undefined, null, {}, 5]) assert.throws(() => addAbortListener(value, noop), invalidArg);
  for (const value of [undefined, {}, 5]) assert.throws(() => addAbortListener(signal, value), invalidArg);
}

async function onceTests() {
  const target = new EventTarget();
  const event = new Event('x');
  const waiting = once(target, 'x');
  emit(target, 'error'); // no failure on an EventTarget
  target.dispatchEvent(event);
  assert.deepStrictEqual(await waiting, [event]);
  assert.strictEqual(listenerCount(target, 'x'), 0);

  for (const source of [new EventTarget(), new EventEmitter()]) {
    const controller = new AbortController();
    const promise = once(source, 'x', { signal: controller.signal });
    assert.deepStrictEqual(counts(controller.signal, source), [1, 1]);
    controller.signal.addEventListener('abort', (e) => e.stopImmediatePropagation());
    controller.abort('why');
    assert.deepStrictEqual(counts(controller.signal, source), [1, 0]);
    await assert.rejects(promise, aborted('why'));
    await assert.rejects(once(source, 'x', { signal: controller.signal }), aborted('why'));
    assert.deepStrictEqual(counts(controller.signal, source), [1, 0]);

    const second = new AbortController();
    const done = once(source, 'x', { signal: second.signal });
    if (source instanceof EventTarget) emit(source); else source.emit('x');
    assert.deepStrictEqual(counts(second.signal, source), [0, 0], 'nothing stays behind');
    await done;
    second.abort();
  }
  for (const signal of [null, {}, 1, 'x']) await assert.rejects(once(target, 'x', { signal }), invalidArg);
  for (const options of [null, 5]) await assert.rejects(once(target, 'x', options), invalidArg);
  await assert.rejects(once({}, 'x'), invalidArg);
}

async function onTests() {
  const target = new EventTarget();
  const seen = [];
  const iterator = on(target, 'x');
  emit(target);
  emit(target, 'error');
  emit(target);
  setImmediate(emit, target);
  for await (const [event] of iterator) if (seen.push(event.type) === 3) break;
  assert.deepStrictEqual(seen, ['x', 'x', 'x']);
  assert.strictEqual(listenerCount(target, 'x'), 0);

  for (const source of [new EventTarget(), new EventEmitter()]) {
    const controller = new AbortController();
    const events = on(source, 'x', { signal: controller.signal });
    if (source instanceof EventTarget) emit(source); else source.emit('x', 1);
    controller.abort('why');
    assert.deepStrictEqual(counts(controller.signal, source), [0, 0]);
    assert.strictEqual((await events.next()).done, false, 'what came before the abort is delivered');
    await assert.rejects(events.next(), aborted('why'));
    assert.deepStrictEqual(await events.next(), { value: undefined, done: true });
    assert.throws(() => on(source, 'x', { signal: controller.signal }), aborted('why'));
    const second = new AbortController();
    const waiting = on(source, 'x', { signal: second.signal }).next();
    second.abort(null);
    await assert.rejects(waiting, aborted(null));
  }
  for (const signal of [null, {}, 1]) assert.throws(() => on(target, 'x', { signal }), invalidArg);
  assert.throws(() => on({}, 'x'), invalidArg);
}

async function timerTests() {
  for (const start of [
    (signal) => timers.setTimeout(10000, 'v', { signal }),
    (signal) => timers.setImmediate('v', { signal }),
    (signal) => timers.setInterval(10000, 'v', { signal }).next(),
    (signal) => timers.scheduler.wait(10000, { signal }),
  ]) {
    await assert.rejects(start(AbortSignal.abort('early')), aborted('early'));
    const controller = new AbortController();
    const promise = start(controller.signal);
    assert.strictEqual(listenerCount(controller.signal, 'abort'), 1);
    controller.abort('later');
    await assert.rejects(promise, aborted('later'));
    assert.strictEqual(listenerCount(controller.signal, 'abort'), 0);
    const byTime = start(AbortSignal.timeout(1));
    await byTime.then((value) => assert.strictEqual(value, 'v'), (error) => {
      assert.deepStrictEqual([error.name, error.cause.name], ['AbortError', 'TimeoutError']);
    });
  }
  const { signal } = new AbortController();
  assert.strictEqual(await timers.setTimeout(1, 'v', { signal }), 'v');
  assert.strictEqual(await timers.setImmediate('v', { signal }), 'v');
  for await (const value of timers.setInterval(1, 'v', { signal })) if (value === 'v') break;
  assert.strictEqual(listenerCount(signal, 'abort'), 0, 'nothing stays behind');
  for (const bad of [null, {}, 5]) await assert.rejects(timers.setTimeout(1, 'v', { signal: bad }), invalidArg);
}

async function abortedTests() {
  const controller = new AbortController();
  const promise = util.aborted(controller.signal, {});
  const resource = {};
  const kept = util.aborted(controller.signal, resource);
  assert.strictEqual(listenerCount(controller.signal, 'abort'), 2);
  controller.abort();
  assert.strictEqual((await kept).type, 'abort');
  await promise;
  assert.strictEqual(listenerCount(controller.signal, 'abort'), 0);
  assert.strictEqual(await util.aborted(AbortSignal.abort(), resource), undefined);
  for (const signal of [undefined, null, 1, {}, { aborted: true }]) await assert.rejects(util.aborted(signal, {}), invalidArg);
  for (const value of [undefined, null, 1, 'x']) await assert.rejects(util.aborted(controller.signal, value), invalidArg);
}

(async () => {
  for (const test of [onceTests, onTests, timerTests, abortedTests]) {
    const alive = setTimeout(() => assert.fail(`${test.name} does not end`), 5000);
    await test();
    clearTimeout(alive);
  }
})();
