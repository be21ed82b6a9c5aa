// Event and CustomEvent; and what all three interfaces of events have of WebIDL.
'use strict';
const assert = require('node:assert');
const { inspect } = require('node:util');

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

{ // the interface objects
  for (const [Class, parent, length] of [[Event, null, 1], [CustomEvent, Event, 1], [EventTarget, null, 0]]) {
    const own = Object.getOwnPropertyDescriptor(globalThis, Class.name);
    assert.deepStrictEqual([own.value, own.writable, own.enumerable, own.configurable], [Class, true, false, true]);
    assert.strictEqual(Class.length, length);
    assert.strictEqual(Object.getPrototypeOf(Class), parent ?? Function.prototype);
    assert.strictEqual(Object.prototype.toString.call(Class.prototype), `[object ${Class.name}]`);
    assert.throws(() => Class('x'), TypeError);
    for (const key of Object.getOwnPropertyNames(Class.prototype)) {
      if (key !== 'constructor') assert(Object.prototype.propertyIsEnumerable.call(Class.prototype, key), key);
    }
  }
  assert.deepStrictEqual(Object.keys(EventTarget.prototype), ['addEventListener', 'removeEventListener', 'dispatchEvent']);
  assert.deepStrictEqual(Object.values(EventTarget.prototype).map((f) => f.length), [2, 2, 1]);
  for (const holder of [Event, Event.prototype]) {
    for (const [i, key] of ['NONE', 'CAPTURING_PHASE', 'AT_TARGET', 'BUBBLING_PHASE'].entries()) {
      assert.deepStrictEqual(Object.getOwnPropertyDescriptor(holder, key),
        { value: i, writable: false, enumerable: true, configurable: false });
    }
  }
  assert.deepStrictEqual(Reflect.ownKeys(new Event('x')), []);
  assert.deepStrictEqual(Reflect.ownKeys(new EventTarget()), []);
}

{ // an event as it was made
  const event = new Event('x', { cancelable: 1, composed: 'yes', detail: 5 });
  assert.deepStrictEqual([event.type, event.bubbles, event.cancelable, event.composed], ['x', false, true, true]);
  assert.deepStrictEqual([event.target, event.currentTarget, event.srcElement], [null, null, null]);
  assert.deepStrictEqual([event.defaultPrevented, event.returnValue, event.cancelBubble, event.isTrusted],
    [false, true, false, false]);
  assert.deepStrictEqual([event.eventPhase, event.composedPath(), event.detail], [0, [], undefined]);
  assert.strictEqual(new Event('x', { bubbles: true }).bubbles, true);
  for (const [value, type] of [[undefined, 'undefined'], [null, 'null'], [5, '5'], [{ toString: () => 'own' }, 'own']])
    assert.strictEqual(new Event(value).type, type);
  for (const options of [undefined, null, {}, [], noop]) assert.strictEqual(new Event('x', options).cancelable, false);
  assert.throws(() => new Event(), code('ERR_MISSING_ARGS'));
  assert.throws(() => new CustomEvent(), { ...code('ERR_MISSING_ARGS'), message: 'The "type" argument must be specified' });
  assert.throws(() => new Event(Symbol('x')), TypeError);
  assert.throws(() => new Event('x', 1), {
    ...code('ERR_INVALID_ARG_TYPE'), message: 'The "options" argument must be of type object. Received type number (1)',
  });
  const read = [];
  new CustomEvent('x', new Proxy({}, { get: (_, key) => { read.push(key); } }));
  assert.deepStrictEqual(read, ['bubbles', 'cancelable', 'composed', 'detail']);
}

{ // isTrusted cannot be forged on the prototype, and subclasses do not make an event trusted
  const { get, set, configurable } = Object.getOwnPropertyDescriptor(Event.prototype, 'isTrusted');
  assert.deepStrictEqual([set, configurable], [undefined, false]);
  assert.throws(() => Object.defineProperty(Event.prototype, 'isTrusted', { get: () => true }), TypeError);
  const event = new (class extends Event { get isTrusted() { return true; } })('x');
  assert.strictEqual(Reflect.apply(get, event, []), false);
}

{ // every member asks for the right receiver
  for (const [Class, label] of [[Event, 'Event'], [CustomEvent, 'CustomEvent']]) {
    for (const [key, member] of Object.entries(Object.getOwnPropertyDescriptors(Class.prototype))) {
      for (const f of [member.get, member.set, key === 'constructor' ? undefined : member.value]) {
        if (typeof f !== 'function') continue;
        for (const receiver of [undefined, null, {}, 5, Class.prototype, Object.create(Class.prototype), new EventTarget()]) {
          assert.throws(() => Reflect.apply(f, receiver, ['x']),
            { code: 'ERR_INVALID_THIS', message: `Value of "this" must be of type ${label}` });
        }
      }
    }
  }
  for (const key of ['addEventListener', 'removeEventListener', 'dispatchEvent']) {
    for (const receiver of [undefined, null, {}, 5, Object.create(EventTarget.prototype), new Event('x'), globalThis])
      assert.throws(() => Reflect.apply(EventTarget.prototype[key], receiver, ['x', noop]), code('ERR_INVALID_THIS'));
  }
  assert.throws(() => CustomEvent.prototype.initCustomEvent.call(new Event('x'), 'y'), code('ERR_INVALID_THIS'));
}

{ // timeStamp: of the making, never ahead of the clock, and moving
  const before = process.uptime() * 1000 - 1e-6; // for what the multiplication rounds
  const event = new Event('x');
  const after = process.uptime() * 1000 + 1e-6;
  assert(before <= event.timeStamp && event.timeStamp <= after);
  const first = event.timeStamp;
  for (let i = 0; new Event('x').timeStamp === first; i++) assert(i < 1e6);
  assert.strictEqual(event.timeStamp, first);
}

{ // preventDefault, returnValue, cancelBubble
  const event = new Event('x', { cancelable: true });
  event.returnValue = true;
  assert.strictEqual(event.defaultPrevented, false);
  event.returnValue = false;
  assert.deepStrictEqual([event.defaultPrevented, event.returnValue], [true, false]);
  event.returnValue = true;
  assert.strictEqual(event.defaultPrevented, true);
  assert.strictEqual(new EventTarget().dispatchEvent(event), false);
  const firm = new Event('x');
  firm.preventDefault();
  assert.deepStrictEqual([firm.defaultPrevented, new EventTarget().dispatchEvent(firm)], [false, true]);
  firm.cancelBubble = false;
  assert.strictEqual(firm.cancelBubble, false);
  firm.cancelBubble = 'yes';
  firm.cancelBubble = false;
  assert.strictEqual(firm.cancelBubble, true);
}

{ // initEvent begins anew, but not under way
  const event = new Event('x', { cancelable: true, composed: true });
  event.preventDefault();
  event.stopImmediatePropagation();
  new EventTarget().dispatchEvent(event);
  event.initEvent('y', true);
  assert.deepStrictEqual(
    [event.type, event.bubbles, event.cancelable, event.defaultPrevented, event.cancelBubble, event.target, event.composed],
    ['y', true, false, false, false, null, true]);
  assert.throws(() => event.initEvent(), code('ERR_MISSING_ARGS'));
  const custom = new CustomEvent('x', { detail: 1 });
  custom.initCustomEvent('z', false, true, 2);
  assert.deepStrictEqual([custom.type, custom.cancelable, custom.detail], ['z', true, 2]);
  assert.strictEqual(trace((target, log) => {
    target.addEventListener('z', (e) => {
      e.initEvent('other', true, false);
      e.initCustomEvent('other', true, false, 3);
      log.push(e.type, e.bubbles, e.cancelable, e.detail);
    });
  }, custom), 'z false true 2');
}

{ // CustomEvent
  assert.strictEqual(new CustomEvent('x').detail, null);
  assert.strictEqual(new CustomEvent('x', null).detail, null);
  assert.strictEqual(new CustomEvent('x', { detail: undefined }).detail, null);
  const detail = {};
  assert.strictEqual(new CustomEvent('x', { detail }).detail, detail);
  assert.strictEqual(new CustomEvent('x', { detail: 0 }).detail, 0);
}

{ // during and after a dispatch
  const target = new EventTarget();
  const event = new Event('x');
  let seen;
  target.addEventListener('x', function(e) {
    seen = [this === target, e === event, e.target === target, e.currentTarget === target, e.srcElement === target, e.eventPhase,
      e.composedPath()[0] === target, e.composedPath() === e.composedPath(), arguments.length];
  });
  assert.strictEqual(target.dispatchEvent(event), true);
  assert.deepStrictEqual(seen, [true, true, true, true, true, Event.AT_TARGET, true, false, 1]);
  assert.deepStrictEqual([event.target, event.currentTarget, event.eventPhase, event.composedPath()], [target, null, 0, []]);
  const other = new EventTarget();
  other.dispatchEvent(event);
  assert.strictEqual(event.target, other);
}

{ // the type that counts is the event's own, not what a subclass says
  class Liar extends Event { get type() { return 'other'; } }
  assert.strictEqual(trace((t, log) => {
    t.addEventListener('x', () => log.push('x'));
    t.addEventListener('other', () => log.push('other'));
  }, new Liar('x')), 'x');
}

{ // inspect
  const shown = inspect(new Event('x', { cancelable: true })).replace(/timeStamp: [\d.]+/, 'timeStamp: T');
  assert.strictEqual(shown, "Event {\n  type: 'x',\n  defaultPrevented: false,\n  cancelable: true,\n  timeStamp: T\n}");
  assert.match(inspect(new (class Mine extends CustomEvent {})('x')), /^Mine \{\n {2}type: 'x',/);
  assert.strictEqual(inspect(new Event('x'), { depth: 0 }), 'Event [Object]');
  assert.strictEqual(inspect({ a: { b: { c: new Event('x') } } }), '{ a: { b: { c: Event } } }');
  assert.strictEqual(inspect(new EventTarget()), 'EventTarget {}');
  assert.strictEqual(inspect(new (class Mine extends EventTarget { own = 1; })()), 'Mine {}');
  assert.strictEqual(inspect(new EventTarget(), { depth: -1 }), 'EventTarget');
  assert.strictEqual(inspect(Event), '[class Event] {\n  NONE: 0,\n  CAPTURING_PHASE: 1,\n  AT_TARGET: 2,\n  BUBBLING_PHASE: 3\n}');
}
