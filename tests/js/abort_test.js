// AbortController and AbortSignal: the DOM standard's algorithms, Node's errors. Clocks and collections: src/js/runtime_abort_test.cpp.
'use strict';
const assert = require('node:assert');
const { inspect } = require('node:util');

const invalidThis = { name: 'TypeError', code: 'ERR_INVALID_THIS' };
const invalidArg = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' };

// A signal whose abort is written to `log` as `name`.
function logged(signal, log, name) {
  signal.addEventListener('abort', () => log.push(name));
  return signal;
}

{ // the interface objects
  for (const [Class, parent] of [[AbortController, Function.prototype], [AbortSignal, EventTarget]]) {
    const own = Object.getOwnPropertyDescriptor(globalThis, Class.name);
    assert.deepStrictEqual([own.value, own.writable, own.enumerable, own.configurable], [Class, true, false, true]);
    assert.deepStrictEqual([Class.length, Object.getPrototypeOf(Class)], [0, parent]);
    assert.strictEqual(Object.prototype.toString.call(Class.prototype), `[object ${Class.name}]`);
  }
  assert.deepStrictEqual(Object.keys(AbortController.prototype), ['signal', 'abort']);
  assert.deepStrictEqual(Object.keys(AbortSignal.prototype), ['aborted', 'reason', 'throwIfAborted', 'onabort']);
  assert.deepStrictEqual(Object.entries(AbortSignal).map(([key, f]) => [key, f.length]), [['abort', 0], ['timeout', 1], ['any', 1]]);
  for (const Class of [AbortSignal, class extends AbortSignal {}])
    assert.throws(() => new Class(), { name: 'TypeError', code: 'ERR_ILLEGAL_CONSTRUCTOR', message: 'Illegal constructor' });
  assert.throws(() => AbortController(), TypeError);
}

{ // receivers
  for (const Class of [AbortController, AbortSignal]) {
    for (const [key, { get, set, value }] of Object.entries(Object.getOwnPropertyDescriptors(Class.prototype))) {
      if (key === 'constructor') continue;
      for (const f of [get, set, value]) {
        for (const receiver of typeof f === 'function' ? [undefined, null, 1, {}, Object.create(Class.prototype), new EventTarget()] : [])
          assert.throws(() => Reflect.apply(f, receiver, []), invalidThis);
      }
    }
  }
}

{ // a controller and its signal
  const controller = new AbortController();
  const { signal } = controller;
  assert.strictEqual(controller.signal, signal);
  assert(signal instanceof AbortSignal && signal instanceof EventTarget);
  assert.deepStrictEqual([signal.aborted, signal.reason, signal.throwIfAborted()], [false, undefined, undefined]);
  const log = [];
  signal.addEventListener('abort', (e) => {
    log.push([e.type, e.isTrusted, e.bubbles, e.cancelable, e.target === signal, signal.aborted, e.constructor === Event]);
    controller.abort('again');
  });
  assert.strictEqual(controller.abort('why'), undefined);
  controller.abort('later');
  assert.deepStrictEqual(log, [['abort', true, false, false, true, true, true]]);
  assert.strictEqual(signal.reason, 'why');
  assert.throws(() => signal.throwIfAborted(), (error) => error === 'why');
  assert.throws(() => { signal.reason = 1; }, TypeError);
  const early = new AbortController();
  early.abort(); // before anybody asked for the signal
  assert.strictEqual(early.signal.aborted, true);
  class Mine extends AbortController { own = 1; }
  const mine = new Mine();
  mine.abort();
  assert.deepStrictEqual([mine.own, mine.signal.aborted], [1, true]);
}

{ // an abort event that a program dispatches, again or for the first time, is not trusted
  const controller = new AbortController();
  let event;
  controller.signal.onabort = (e) => { event = e; };
  controller.abort();
  assert.strictEqual(event.isTrusted, true);
  const trusted = [];
  const target = new EventTarget();
  target.addEventListener('abort', (e) => trusted.push(e.isTrusted));
  target.dispatchEvent(event);
  target.dispatchEvent(new Event('abort'));
  assert.deepStrictEqual([...trusted, event.isTrusted], [false, false, false]);
}

{ // reasons
  for (const abort of [(...args) => AbortSignal.abort(...args), (...args) => {
    const controller = new AbortController();
    controller.abort(...args);
    return controller.signal;
  }]) {
    for (const args of [[], [undefined]]) {
      const { reason } = abort(...args);
      assert(reason instanceof DOMException);
      assert.deepStrictEqual([reason.name, reason.code, reason.message], ['AbortError', 20, 'This operation was aborted']);
    }
    for (const reason of [null, 0, false, '', Symbol('why'), new Error('why')]) assert.strictEqual(abort(reason).reason, reason);
    const signal = abort();
    assert.strictEqual(signal.reason, signal.reason);
    assert.throws(() => signal.throwIfAborted(), (error) => error === signal.reason);
  }
  function caller() {
    const signal = AbortSignal.abort(); // not in the place of a tail call, which would leave no frame
    return signal;
  }
  assert.match(caller().reason.stack, /caller/, 'the stack says who aborted, not who asked');
}

{ // onabort
  const controller = new AbortController();
  const { signal } = controller;
  const log = [];
  assert.strictEqual(signal.onabort, null);
  logged(signal, log, 1);
  signal.onabort = () => assert.fail();
  logged(signal, log, 3);
  signal.onabort = function(e) { log.push(2, this === signal, e.type); }; // takes the place of the first
  controller.abort();
  assert.deepStrictEqual(log, [1, 2, true, 'abort', 3]);

  const second = new AbortController();
  const f = () => log.push('handler');
  second.signal.onabort = f;
  second.signal.removeEventListener('abort', f); // the handler is not the listener
  second.signal.addEventListener('abort', f);
  log.length = 0;
  second.abort();
  assert.deepStrictEqual(log, ['handler', 'handler']);

  const third = new AbortController();
  third.signal.onabort = () => log.push('gone');
  logged(third.signal, log, 'listener');
  third.signal.onabort = null;
  third.signal.onabort = () => log.push('anew'); // and so behind the listener
  log.length = 0;
  third.abort();
  assert.deepStrictEqual(log, ['listener', 'anew']);

  const fourth = new AbortController().signal;
  for (const value of [5, 'x', undefined, Symbol.iterator, true]) {
    fourth.onabort = value;
    assert.strictEqual(fourth.onabort, null);
  }
  const object = { handleEvent: () => assert.fail() };
  fourth.onabort = object; // kept, never called
  assert.strictEqual(fourth.onabort, object);
  fourth.dispatchEvent(new Event('abort'));
  fourth.onabort = () => false; // which cancels, as HTML has it
  const event = new Event('abort', { cancelable: true });
  assert.deepStrictEqual([fourth.dispatchEvent(event), event.isTrusted, fourth.aborted], [false, false, false]);
}

{ // any: what it takes
  const signalOf = (...signals) => AbortSignal.any(signals);
  const never = signalOf();
  assert.deepStrictEqual([never.aborted, never.reason, never instanceof AbortSignal], [false, undefined, true]);
  assert.strictEqual(signalOf(AbortSignal.abort(1), AbortSignal.abort(2)).reason, 1);
  const { signal } = new AbortController();
  assert.notStrictEqual(signalOf(signal), signal);
  assert.strictEqual(AbortSignal.any(new Set([signal, AbortSignal.abort(3)])).reason, 3);
  for (const value of [undefined, null, 5, 'text', {}, { [Symbol.iterator]: 5 }, signal])
    assert.throws(() => AbortSignal.any(value), { ...invalidArg, message: 'signals cannot be converted to sequence.' });
  for (const value of [undefined, null, 1, {}, { aborted: true }, Object.create(AbortSignal.prototype), new EventTarget()])
    assert.throws(() => signalOf(AbortSignal.abort(), value), { ...invalidArg, message: 'signals[1] is not of type AbortSignal.' });
  const yielded = [];
  const all = AbortSignal.any({
    * [Symbol.iterator]() {
      yielded.push(1);
      yield AbortSignal.abort('first');
      yielded.push(2);
      yield signal;
    },
  });
  assert.deepStrictEqual([all.reason, yielded], ['first', [1, 2]], 'all of it is read, aborted or not');
}

{ // any: all are aborted before anything can notice, and told in the order they were made
  const [a, b] = [new AbortController(), new AbortController()];
  const log = [];
  const sources = [a.signal, b.signal];
  const one = AbortSignal.any(sources);
  const two = AbortSignal.any([one, a.signal, a.signal]);
  const three = AbortSignal.any([two, b.signal]);
  const signals = [three, one, a.signal, two];
  for (const [i, signal] of signals.entries()) {
    signal.onabort = () => {
      log.push(i);
      for (const other of signals) assert.deepStrictEqual([other.aborted, other.reason], [true, a.signal.reason]);
    };
  }
  a.abort();
  b.abort('too late');
  assert.deepStrictEqual(log, [2, 1, 3, 0]);
  assert.strictEqual(AbortSignal.any([two, b.signal]).reason, a.signal.reason);
}

{ // any: an abort inside an abort
  const [a, b] = [new AbortController(), new AbortController()];
  const log = [];
  const both = AbortSignal.any([a.signal, b.signal]);
  const afterwards = AbortSignal.any([b.signal]);
  a.signal.onabort = () => { log.push('a'); b.abort('b'); };
  b.signal.onabort = () => log.push('b');
  both.onabort = () => log.push('both', both.reason);
  afterwards.onabort = () => log.push('afterwards', afterwards.reason);
  a.abort('a');
  assert.deepStrictEqual(log, ['a', 'b', 'afterwards', 'b', 'both', 'a']);
}

{ // any: programs of random sources, against a model
  let seed = 1;
  const random = (n) => { seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff; return (seed >> 8) % n; };
  for (let round = 0; round < 300; round++) {
    const controllers = Array.from({ length: 1 + random(4) }, () => new AbortController());
    const signals = controllers.map(({ signal }) => signal);
    const roots = signals.map((_, i) => new Set([i])); // of each signal, whose abort is its own
    const reasons = signals.map(() => undefined);
    const told = [];
    const expected = [];
    signals.forEach((signal, i) => logged(signal, told, i));
    const abort = (i) => {
      controllers[i].abort(`r${i}`);
      if (reasons[i] !== undefined) return;
      signals.forEach((_, k) => {
        if (reasons[k] !== undefined || !roots[k].has(i)) return;
        reasons[k] = `r${i}`;
        expected.push(k);
      });
    };
    for (let step = 0; step < 12; step++) {
      if (random(4) === 0) {
        abort(random(controllers.length));
        continue;
      }
      const of = Array.from({ length: random(4) }, () => random(signals.length));
      signals.push(AbortSignal.any(of.map((k) => signals[k])));
      const aborted = of.find((k) => reasons[k] !== undefined);
      reasons.push(aborted === undefined ? undefined : reasons[aborted]);
      roots.push(aborted === undefined ? new Set(of.flatMap((k) => [...roots[k]])) : new Set());
      logged(signals.at(-1), told, signals.length - 1);
    }
    assert.deepStrictEqual(told, expected);
    assert.deepStrictEqual(signals.map((signal) => signal.reason), reasons);
    assert.deepStrictEqual(signals.map((signal) => signal.aborted), reasons.map((reason) => reason !== undefined));
  }
}

{ // any: a source that lives long sweeps out what is gone, and loses nobody who listens
  const source = new AbortController();
  let calls = 0;
  for (let i = 0; i < 1000; i++) {
    const own = new AbortController();
    const signal = AbortSignal.any([source.signal, own.signal]);
    signal.addEventListener('abort', () => calls++);
    if (i % 2 === 0) own.abort();
  }
  assert.strictEqual(calls, 500);
  source.abort();
  assert.strictEqual(calls, 1000);
}

{ // timeout: arguments
  for (const delay of [undefined, null, '5', 5n, {}]) assert.throws(() => AbortSignal.timeout(delay), invalidArg);
  for (const delay of [-1, NaN, Infinity, 1.5, 2 ** 53])
    assert.throws(() => AbortSignal.timeout(delay), { name: 'RangeError', code: 'ERR_OUT_OF_RANGE' });
  for (const delay of [0, -0, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER]) assert.strictEqual(AbortSignal.timeout(delay).aborted, false);
}

{ // timeout: its abort
  const signal = AbortSignal.timeout(5);
  const start = process.uptime();
  const followed = AbortSignal.any([signal]);
  const alive = setTimeout(() => assert.fail('the signal did not abort'), 10000);
  signal.onabort = (e) => {
    assert(process.uptime() - start >= 0.004);
    const { reason } = signal;
    assert.deepStrictEqual([e.isTrusted, reason.name, reason.code, reason.message, followed.reason === reason],
      [true, 'TimeoutError', 23, 'The operation was aborted due to timeout', true]);
    assert(reason instanceof DOMException);
    clearTimeout(alive);
  };
}

{ // inspect
  const controller = new AbortController();
  assert.strictEqual(inspect(controller), 'AbortController { signal: AbortSignal { aborted: false } }');
  assert.strictEqual(inspect(controller, { depth: 1 }), 'AbortController { signal: [AbortSignal] }');
  assert.strictEqual(inspect(controller, { depth: 0 }), 'AbortController [Object]');
  controller.abort();
  assert.strictEqual(inspect(controller.signal), 'AbortSignal { aborted: true }');
  assert.strictEqual(inspect(controller.signal, { depth: -1 }), '[AbortSignal]');
}
