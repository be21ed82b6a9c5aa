// MessageEvent: its members, how they are converted, and in which order they are read.
'use strict';
const assert = require('node:assert');

const { port1, port2 } = new MessageChannel();

function throwsNamed(call, name) {
  assert.throws(call, (error) => error.name === name, String(call));
}

// Defaults.
{
  const event = new MessageEvent('message');
  assert.ok(event instanceof Event);
  assert.strictEqual(event.type, 'message');
  assert.strictEqual(event.data, null);
  assert.strictEqual(event.origin, '');
  assert.strictEqual(event.lastEventId, '');
  assert.strictEqual(event.source, null);
  assert.deepStrictEqual(event.ports, []);
  assert.ok(Object.isFrozen(event.ports));
  assert.strictEqual(event.ports, event.ports);
  assert.ok(Array.isArray(event.ports));
  assert.strictEqual(event.isTrusted, false);
  assert.strictEqual(event.cancelable, false);
  assert.strictEqual(Object.prototype.toString.call(event), '[object MessageEvent]');
  assert.strictEqual(MessageEvent.length, 1);
  assert.deepStrictEqual(Object.keys(MessageEvent.prototype).sort(), ['data', 'initMessageEvent', 'lastEventId', 'origin', 'ports', 'source']);
}

// Members, and their conversions.
{
  const data = {};
  const event = new MessageEvent('m', { data, origin: '\ud800x', lastEventId: '\ud800', source: port1, ports: new Set([port1, port2]), cancelable: true });
  assert.strictEqual(event.data, data);
  assert.strictEqual(event.origin, '\ufffdx');
  assert.strictEqual(event.lastEventId, '\ud800');
  assert.strictEqual(event.source, port1);
  assert.deepStrictEqual([...event.ports], [port1, port2]);
  assert.ok(event.cancelable);
  assert.throws(() => event.ports.push(port1), TypeError);
  assert.strictEqual(new MessageEvent('m', { data: undefined }).data, null);
  assert.strictEqual(new MessageEvent('m', null).data, null);
  assert.strictEqual(new MessageEvent('m', { lastEventId: 5, origin: null }).origin, 'null');
  for (const init of [5, 'text', Symbol('s')]) throwsNamed(() => new MessageEvent('m', init), 'TypeError');
  for (const ports of [null, 1, {}, [1], [port1, null], { [Symbol.iterator]: 1 }, { [Symbol.iterator]: () => 1 }])
    throwsNamed(() => new MessageEvent('m', { ports }), 'TypeError');
  for (const source of [1, 'x', {}, Object.create(MessagePort.prototype)]) throwsNamed(() => new MessageEvent('m', { source }), 'TypeError');
  throwsNamed(() => new MessageEvent(), 'TypeError');
  throwsNamed(() => MessageEvent('m'), 'TypeError');
  throwsNamed(() => new MessageEvent('m', { origin: Symbol('s') }), 'TypeError');
}

// The order of a dictionary: the inherited one first, each by name.
{
  const read = [];
  const init = {};
  for (const name of ['source', 'ports', 'origin', 'lastEventId', 'data', 'composed', 'cancelable', 'bubbles'])
    Object.defineProperty(init, name, { get() { read.push(name); } });
  new MessageEvent('m', init);
  assert.deepStrictEqual(read, ['bubbles', 'cancelable', 'composed', 'data', 'lastEventId', 'origin', 'ports', 'source']);
}

// initMessageEvent().
{
  const event = new MessageEvent('m', { data: 1, ports: [port1] });
  assert.strictEqual(event.initMessageEvent('n', true, true, 2, 'o', 'l', port2, [port2]), undefined);
  assert.deepStrictEqual([event.type, event.bubbles, event.cancelable, event.data, event.origin, event.lastEventId, event.source, [...event.ports]],
    ['n', true, true, 2, 'o', 'l', port2, [port2]]);
  event.initMessageEvent('p');
  assert.deepStrictEqual([event.bubbles, event.data, event.origin, event.source, event.ports.length], [false, null, '', null, 0]);
  throwsNamed(() => event.initMessageEvent(), 'TypeError');
  throwsNamed(() => event.initMessageEvent('q', false, false, 0, '', '', null, [1]), 'TypeError');
  assert.strictEqual(MessageEvent.prototype.initMessageEvent.length, 1);
  const target = new EventTarget();
  target.addEventListener('p', (under) => under.initMessageEvent('late', false, false, 'late'));
  target.dispatchEvent(event);
  assert.strictEqual(event.type, 'p');
  assert.strictEqual(event.data, null);
}

// Brand checks.
for (const name of ['data', 'origin', 'lastEventId', 'source', 'ports'])
  assert.throws(() => Reflect.get(MessageEvent.prototype, name, new Event('x')), { code: 'ERR_INVALID_THIS' });

// A hostile iterator is asked once for each, and its errors come through.
{
  const failure = new Error('mine');
  assert.throws(() => new MessageEvent('m', { ports: { [Symbol.iterator]() { throw failure; } } }), failure);
  assert.throws(() => new MessageEvent('m', { get data() { throw failure; } }), failure);
}

// What a program replaced is not asked.
{
  const { push, slice } = Array.prototype;
  const iterator = Array.prototype[Symbol.iterator];
  Array.prototype.push = Array.prototype.slice = () => { throw new Error('asked'); };
  Object.defineProperty(Array.prototype, 0, { set() { throw new Error('asked'); }, configurable: true });
  const ports = { [Symbol.iterator]: () => ({ done: false, next() { this.done = !this.done; return { done: !this.done, value: port1 }; } }) };
  const event = new MessageEvent('m', { ports });
  delete Array.prototype[0];
  Object.assign(Array.prototype, { push, slice });
  assert.strictEqual(Array.prototype[Symbol.iterator], iterator);
  assert.strictEqual(event.ports[0], port1);
}

assert.throws(() => structuredClone(new MessageEvent('m')), { name: 'DataCloneError' });
console.log('message_event: ok');
