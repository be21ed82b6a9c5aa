// EventTarget: the DOM standard's rules for a target without a tree, with Node's error codes.
'use strict';
const assert = require('node:assert');

const noop = () => {};
const code = (name) => ({ name: 'TypeError', code: name });

// What `dispatch` calls, as one text.
function trace(setUp, event = new Event('x')) {
  const log = [];
  const target = new EventTarget();
  setUp(target, log);
  target.dispatchEvent(event);
  return log.join(' ');
}

{ // order, duplicates, removal
  assert.strictEqual(trace((t, log) => {
    for (const label of 'abc') t.addEventListener('x', () => log.push(label));
    t.addEventListener('y', () => log.push('another type'));
  }), 'a b c');
  assert.strictEqual(trace((t, log) => {
    const f = () => log.push('f');
    t.addEventListener('x', f);
    t.addEventListener('x', () => log.push('g'));
    t.addEventListener('x', f);
    t.addEventListener('x', f, { once: true, passive: true });
    t.addEventListener('x', f, true);
  }), 'f f g', 'the capturing one is another, and comes first');
  assert.strictEqual(trace((t, log) => {
    const f = () => log.push('f');
    t.addEventListener('x', f);
    t.addEventListener('x', f, { capture: true });
    t.removeEventListener('x', f, { capture: false, once: true });
    t.removeEventListener('y', f, true);
    t.removeEventListener('x', noop);
  }), 'f');
  assert.strictEqual(trace((t, log) => {
    const f = () => log.push('f');
    t.addEventListener('x', f);
    t.removeEventListener('x', f);
    t.removeEventListener('x', f);
    t.addEventListener('x', () => log.push('g'));
    t.addEventListener('x', f);
  }), 'g f');
}

{ // types are any strings
  for (const type of ['', '__proto__', 'constructor', 'toString', '0', 'ü', null, undefined, 7]) {
    assert.strictEqual(trace((t, log) => {
      t.addEventListener('first', noop); // so that the type is not the first of the target
      t.addEventListener(type, (e) => log.push(`<${e.type}>`));
    }, new Event(type)), `<${type}>`);
  }
  const target = new EventTarget();
  let calls = 0;
  for (let i = 0; i < 100; i++) target.addEventListener(`type ${i}`, () => calls++, { once: true });
  for (let k = 0; k < 2; k++) for (let i = 0; i < 100; i++) target.dispatchEvent(new Event(`type ${i}`));
  assert.strictEqual(calls, 100);
}

{ // once
  const target = new EventTarget();
  let calls = 0;
  target.addEventListener('x', () => {
    calls++;
    target.dispatchEvent(new Event('x')); // it is removed before it is called
  }, { once: true });
  target.dispatchEvent(new Event('x'));
  target.dispatchEvent(new Event('x'));
  assert.strictEqual(calls, 1);
}

{ // passive
  const event = new Event('x', { cancelable: true });
  assert.strictEqual(trace((t, log) => {
    t.addEventListener('x', (e) => { e.preventDefault(); e.returnValue = false; log.push(e.defaultPrevented); }, { passive: true });
    t.addEventListener('x', (e) => { e.preventDefault(); log.push(e.defaultPrevented); });
  }, event), 'false true');
}

{ // stopping: for this dispatch only, unless before it
  const event = new Event('x');
  const target = new EventTarget();
  const log = [];
  target.addEventListener('x', (e) => { log.push('capture'); e.stopPropagation(); }, { capture: true, once: true });
  target.addEventListener('x', () => log.push('capture 2'), true);
  target.addEventListener('x', () => log.push('a'));
  target.addEventListener('x', (e) => { log.push('b'); e.stopPropagation(); });
  target.addEventListener('x', (e) => { log.push('c'); e.stopImmediatePropagation(); });
  target.addEventListener('x', () => log.push('d'));
  target.dispatchEvent(event);
  assert.deepStrictEqual(log.splice(0), ['capture', 'capture 2']);
  assert.strictEqual(event.cancelBubble, false);
  target.dispatchEvent(event);
  assert.deepStrictEqual(log.splice(0), ['capture 2', 'a', 'b', 'c']);
  event.stopPropagation();
  target.dispatchEvent(event);
  assert.deepStrictEqual(log.splice(0), []);
  target.dispatchEvent(event);
  assert.deepStrictEqual(log, ['capture 2', 'a', 'b', 'c']);
}

{ // changes under way
  assert.strictEqual(trace((t, log) => {
    t.addEventListener('x', () => { log.push('a'); t.addEventListener('x', () => log.push('late')); });
    t.addEventListener('x', () => log.push('b'));
  }), 'a b', 'what a listener adds waits for the next dispatch');
  assert.strictEqual(trace((t, log) => {
    const [b, c, d] = ['b', 'c', 'd'].map((label) => () => log.push(label));
    t.addEventListener('x', () => { t.removeEventListener('x', b); t.removeEventListener('x', c); });
    for (const f of [b, c, d]) t.addEventListener('x', f);
  }), 'd');
  assert.strictEqual(trace((t, log) => {
    const a = () => { log.push('a'); t.removeEventListener('x', a); t.removeEventListener('x', b); t.addEventListener('x', b); };
    const b = () => log.push('b');
    t.addEventListener('x', a);
    t.addEventListener('x', b);
  }), 'a', 'added again is added late');
  assert.strictEqual(trace((t, log) => {
    t.addEventListener('x', () => t.addEventListener('x', () => log.push('bubble')), true);
  }), 'bubble', 'but the two phases are two walks');
  assert.strictEqual(trace((t, log) => {
    t.addEventListener('x', () => {
      if (log.push('outer') === 1) t.dispatchEvent(new Event('x'));
      log.push('end');
    });
    t.addEventListener('x', () => log.push('second'), { once: true });
  }), 'outer outer end second end');
}

{ // a listener that removes itself and everything behind it, at each position and depth, against a model
  for (let n = 1; n <= 4; n++) {
    for (let remover = 0; remover < n; remover++) {
      for (let removed = 0; removed < 1 << n; removed++) {
        const log = [];
        const target = new EventTarget();
        const listeners = Array.from({ length: n }, (_, i) => () => {
          log.push(i);
          if (i === remover) listeners.forEach((f, k) => { if (removed >> k & 1) target.removeEventListener('x', f); });
        });
        for (const f of listeners) target.addEventListener('x', f);
        target.dispatchEvent(new Event('x'));
        const expected = listeners.map((_, i) => i).filter((i) => i <= remover || !(removed >> i & 1));
        assert.deepStrictEqual(log.splice(0), expected);
        target.dispatchEvent(new Event('x'));
        const left = listeners.map((_, i) => i).filter((i) => !(removed >> i & 1));
        assert.deepStrictEqual(log, left.includes(remover) ? left.filter((i) => i <= remover || !(removed >> i & 1)) : left);
      }
    }
  }
}

{ // objects as listeners
  let lookups = 0;
  const listener = { get handleEvent() { lookups++; return function(e) { this.got = e.type; }; } };
  const target = new EventTarget();
  target.addEventListener('x', listener);
  assert.strictEqual(lookups, 0);
  target.dispatchEvent(new Event('x'));
  target.dispatchEvent(new Event('x'));
  assert.deepStrictEqual([lookups, listener.got], [2, 'x']);
  assert.strictEqual(trace((t, log) => {
    const f = () => log.push('function');
    f.handleEvent = () => log.push('handleEvent');
    t.addEventListener('x', f);
    const late = {};
    t.addEventListener('x', late);
    late.handleEvent = () => log.push('set later');
    t.addEventListener('x', { handleEvent: undefined });
    class Own extends EventTarget { handleEvent() { log.push('target'); } }
    t.addEventListener('x', new Own());
  }), 'function set later target');
}

{ // arguments
  const target = new EventTarget();
  for (const method of ['addEventListener', 'removeEventListener']) {
    for (const args of [[], ['x']]) {
      assert.throws(() => target[method](...args),
        { ...code('ERR_MISSING_ARGS'), message: 'The "type" and "listener" arguments must be specified' });
    }
    for (const listener of [1, 'x', true, Symbol('x'), 5n]) {
      assert.throws(() => target[method]('x', listener), code('ERR_INVALID_ARG_TYPE'));
    }
    assert.throws(() => target[method](Symbol('x'), noop), code('ERR_INVALID_ARG_TYPE'));
    const read = [];
    target[method]('x', noop, new Proxy({}, { get: (_, key) => { read.push(key); } }));
    assert.deepStrictEqual(read, method === 'addEventListener' ? ['capture', 'once', 'passive', 'signal'] : ['capture']);
    assert.throws(() => target[method]('x', noop, { get capture() { throw new RangeError('mine'); } }), RangeError);
  }
  assert.throws(() => target.dispatchEvent(), { ...code('ERR_MISSING_ARGS'), message: 'The "event" argument must be specified' });
  for (const event of ['x', {}, null, undefined, 1, { type: 'x' }, Object.create(Event.prototype)])
    assert.throws(() => target.dispatchEvent(event), code('ERR_INVALID_ARG_TYPE'));
  for (const options of [undefined, null, false, 0, '', {}, noop, []]) {
    assert.strictEqual(trace((t, log) => t.addEventListener('x', (e) => log.push(e.type), options)), 'x');
    const f = () => assert.fail();
    target.addEventListener('x', f, true);
    target.removeEventListener('x', f, 1); // any truthy value says capture
  }
  target.dispatchEvent(new Event('x'));
}

{ // an event under way cannot be dispatched again
  const target = new EventTarget();
  let error;
  target.addEventListener('x', (e) => {
    assert.throws(() => new EventTarget().dispatchEvent(e), (x) => { error = x; return true; });
  });
  target.dispatchEvent(new Event('x'));
  assert.deepStrictEqual([error.name, error.code, error.message],
    ['Error', 'ERR_EVENT_RECURSION', 'The event "x" is already being dispatched']);
}

{ // subclasses
  class Counter extends EventTarget {
    #n = 0;
    constructor() { super(); this.addEventListener('add', this); }
    handleEvent(e) { this.#n += e.detail; }
    get n() { return this.#n; }
  }
  const counter = new Counter();
  counter.dispatchEvent(new CustomEvent('add', { detail: 2 }));
  counter.dispatchEvent(new CustomEvent('add', { detail: 3 }));
  assert.strictEqual(counter.n, 5);
}

{ // signal
  const controller = new AbortController();
  const target = new EventTarget();
  const log = [];
  const f = () => log.push('f');
  target.addEventListener('x', f, { signal: controller.signal });
  target.addEventListener('x', () => log.push('g'), { signal: controller.signal, once: true });
  target.addEventListener('x', () => { log.push('abort'); controller.abort(); }, { once: true });
  target.addEventListener('x', () => log.push('never'), { signal: controller.signal });
  controller.signal.addEventListener('abort', () => target.dispatchEvent(new Event('x')));
  target.addEventListener('x', () => log.push('h'));
  target.dispatchEvent(new Event('x'));
  assert.deepStrictEqual(log.splice(0), ['f', 'g', 'abort', 'h', 'h'], 'listeners are removed before the abort event');
  target.addEventListener('x', f, { signal: controller.signal });
  target.dispatchEvent(new Event('x'));
  assert.deepStrictEqual(log.splice(0), ['h'], 'an aborted signal adds nothing');

  // What the signal removes is the listener it came with, not one that was added later.
  const second = new AbortController();
  target.addEventListener('y', f, { signal: second.signal });
  target.removeEventListener('y', f);
  target.addEventListener('y', f);
  target.addEventListener('y', f, { signal: second.signal });
  second.abort();
  target.dispatchEvent(new Event('y'));
  assert.deepStrictEqual(log, ['f']);
  for (const signal of [null, {}, 5, 'signal']) {
    for (const listener of [f, null]) {
      assert.throws(() => target.addEventListener('x', listener, { signal }), {
        ...code('ERR_INVALID_ARG_TYPE'),
        message: /^The "options\.signal" property must be an instance of AbortSignal\. Received /,
      });
    }
  }
}

{ // a signal of another make
  const foreign = { aborted: false, addEventListener(type, f, { once }) { this.abort = () => f(); assert(once); } };
  const target = new EventTarget();
  let calls = 0;
  target.addEventListener('x', () => calls++, { signal: foreign });
  target.dispatchEvent(new Event('x'));
  foreign.abort();
  target.dispatchEvent(new Event('x'));
  target.addEventListener('x', () => calls++, { signal: { aborted: true } });
  target.dispatchEvent(new Event('x'));
  assert.strictEqual(calls, 1);
}

{ // null listeners are warned about, not refused
  const warnings = [];
  process.on('warning', (warning) => warnings.push(warning));
  const target = new EventTarget();
  target.addEventListener('x', null);
  target.addEventListener('x', undefined);
  target.removeEventListener('x', null);
  target.dispatchEvent(new Event('x'));
  setImmediate(() => {
    assert.deepStrictEqual(warnings.map((w) => [w.name, w.target === target, w.type]),
      [['AddEventListenerArgumentTypeWarning', true, 'x'], ['AddEventListenerArgumentTypeWarning', true, 'x']]);
  });
}

{ // objects without a usable handleEvent: dispatch goes on, and each error is uncaught
  const errors = [];
  const note = (error) => {
    if (error instanceof assert.AssertionError) throw error; // of another block
    errors.push(error.name);
  };
  process.on('uncaughtException', note);
  assert.strictEqual(trace((t, log) => {
    t.addEventListener('x', { handleEvent: 5 });
    t.addEventListener('x', { get handleEvent() { throw new RangeError('mine'); } });
    t.addEventListener('x', () => log.push('next'));
  }), 'next');
  const check = (left) => {
    if (errors.length < 2 && left > 0) return setImmediate(check, left - 1);
    process.off('uncaughtException', note);
    assert.deepStrictEqual(errors, ['TypeError', 'RangeError']);
  };
  check(10);
}
