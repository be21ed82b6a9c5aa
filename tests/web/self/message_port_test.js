// MessagePort: posting with transfers, starting, closing, moving, and Node's own methods.
'use strict';
const assert = require('node:assert');
const { once } = require('node:events');

const received = (port) => new Promise((resolve) => {
  port.onmessage = (event) => {
    port.onmessage = null;
    resolve(event);
  };
});

// Enough for all that waits.
async function turns() {
  for (let i = 0; i < 20; i++) await new Promise(setImmediate);
}

async function transfers() {
  const { port1, port2 } = new MessageChannel();
  const buffer = new Uint8Array([1, 2, 3]).buffer;
  const other = new MessageChannel();
  port1.postMessage({ buffer, other: other.port1, list: [other.port1] }, [buffer, other.port1]);
  assert.strictEqual(buffer.byteLength, 0);
  const { data, ports, isTrusted, target, origin, source } = await received(port2);
  assert.deepStrictEqual([...new Uint8Array(data.buffer)], [1, 2, 3]);
  assert.ok(data.other instanceof MessagePort && data.other !== other.port1);
  assert.strictEqual(data.list[0], data.other);
  assert.strictEqual(ports.length, 1);
  assert.strictEqual(ports[0], data.other);
  assert.ok(isTrusted);
  assert.strictEqual(target, port2);
  assert.strictEqual(origin, '');
  assert.strictEqual(source, null);
  other.port2.postMessage('through');
  assert.strictEqual((await received(data.other)).data, 'through');
  // The old face is dead.
  other.port1.postMessage('lost');
  assert.throws(() => port1.postMessage(0, [other.port1]), { name: 'DataCloneError' });
  data.other.close();
  port1.close();
}

function refusals() {
  const { port1, port2 } = new MessageChannel();
  const rest = new ArrayBuffer(8);
  const failing = [
    [() => port1.postMessage(), 'TypeError'], [() => port1.postMessage(1, 1), 'TypeError'], [() => port1.postMessage(1, [1]), 'TypeError'],
    [() => port1.postMessage(1, { transfer: 1 }), 'TypeError'], [() => port1.postMessage(1, { transfer: null }), 'TypeError'],
    [() => port1.postMessage(() => {}), 'DataCloneError'], [() => port1.postMessage(Symbol('s')), 'DataCloneError'],
    [() => port1.postMessage(1, [port1]), 'DataCloneError'], [() => port1.postMessage(1, [port2, port2]), 'DataCloneError'],
    [() => port1.postMessage(1, [rest, rest]), 'DataCloneError'], [() => port1.postMessage(1, [{}]), 'DataCloneError'],
    [() => port1.postMessage(1, [new Proxy(port2, {})]), 'DataCloneError'],
    [() => port1.postMessage(1, [Object.create(MessagePort.prototype)]), 'DataCloneError'],
    [() => port1.postMessage(port2), 'DataCloneError'], [() => structuredClone(port2), 'DataCloneError'],
    [() => port1.postMessage({ get a() { throw new RangeError('mine'); } }, [rest]), 'RangeError'],
    [() => port1.postMessage(() => {}, [rest, port2]), 'DataCloneError'],
    [() => MessagePort.prototype.postMessage.call({}, 1), 'TypeError'], [() => MessagePort.prototype.start.call(1), 'TypeError'],
    [() => MessagePort.prototype.close.call(new EventTarget()), 'TypeError'],
  ];
  for (const [call, name] of failing) assert.throws(call, (error) => error.name === name, String(call));
  assert.strictEqual(rest.byteLength, 8); // nothing was taken
  port2.start();
  port1.postMessage(1, undefined);
  port1.postMessage(1, null);
  port1.postMessage(1, {});
  port1.postMessage(1, { transfer: undefined });
  port1.close();
}

async function starting() {
  const { port1, port2 } = new MessageChannel();
  const log = [];
  port1.postMessage('a');
  assert.strictEqual(port2.onmessage, null);
  port2.onmessageerror = () => log.push('error');
  await new Promise(setImmediate);
  port1.postMessage('b');
  port2.onmessage = ({ data }) => log.push(data);
  const handler = port2.onmessage;
  assert.strictEqual(port2.onmessage, handler);
  port2.start();
  port2.start();
  await turns();
  assert.deepStrictEqual(log, ['a', 'b']);
  port2.onmessage = 5;
  assert.strictEqual(port2.onmessage, null);
  const object = {};
  port2.onmessage = object;
  assert.strictEqual(port2.onmessage, object);
  port1.close();
}

// What was posted before the other side closed arrives; then both hear of it, once.
async function closing() {
  const { port1, port2 } = new MessageChannel();
  const log = [];
  port2.on('message', (data) => log.push(data));
  port2.on('close', (event) => log.push(`2 ${event.type}`));
  port1.onclose = () => log.push('1 closed');
  port1.postMessage('last words');
  port1.close();
  port1.close();
  port1.postMessage('not sent');
  port2.postMessage('not received');
  await turns();
  assert.deepStrictEqual(log, ['last words', '2 close', '1 closed']);
  port2.close();
  port2.start();
  await turns();
  assert.strictEqual(log.length, 3);
  assert.throws(() => structuredClone(port1, { transfer: [port1] }), { name: 'DataCloneError' });
  // A side that is not started hears of it when its messages are read.
  const silent = new MessageChannel();
  silent.port2.on('close', () => log.push('silent'));
  silent.port1.close();
  await turns();
  assert.strictEqual(log[3], 'silent');
}

// A port that is moved keeps what waits, in order; nothing is delivered to the old face.
async function moving() {
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(1);
  port1.postMessage(2);
  port2.onmessage = () => assert.fail('to the old face');
  const moved = structuredClone({ inside: port2 }, { transfer: [port2] }).inside;
  port1.postMessage(3);
  const log = [];
  moved.on('message', (data) => log.push(data));
  await turns();
  assert.deepStrictEqual(log, [1, 2, 3]);
  moved.postMessage('back');
  assert.strictEqual((await received(port1)).data, 'back');
  // Through its own channel a port takes its channel along, and the message is lost.
  const doomed = new MessageChannel();
  doomed.port1.postMessage('x', [doomed.port2]);
  doomed.port1.postMessage('y');
  port1.close();
}

// A failed transfer leaves everything where it was.
async function failing() {
  const { port1, port2 } = new MessageChannel();
  const gone = new ArrayBuffer(1);
  structuredClone(gone, { transfer: [gone] });
  assert.throws(() => port1.postMessage(1, [port2, gone]), { name: 'DataCloneError' });
  port1.postMessage('still there');
  assert.strictEqual((await received(port2)).data, 'still there');
  port1.close();
}

async function emitter() {
  const { port1, port2 } = new MessageChannel();
  const log = [];
  const on = (value) => log.push(value);
  assert.strictEqual(port2.on('message', on), port2);
  port2.on('message', on); // the same one counts once
  port2.once('message', function(value) { log.push(this === port2, `once ${value}`); });
  assert.strictEqual(port2.listenerCount('message'), 2);
  assert.deepStrictEqual(port2.eventNames(), ['message']);
  port1.postMessage('m');
  port1.postMessage('n');
  await turns();
  assert.deepStrictEqual(log, ['m', true, 'once m', 'n']);
  assert.strictEqual(port2.emit('message', 'mine'), true);
  assert.strictEqual(log.pop(), 'mine');
  assert.strictEqual(port2.emit('other', 1), false);
  port2.off('message', on);
  assert.strictEqual(port2.listenerCount('message'), 0);
  assert.strictEqual(port2.hasRef(), false);
  port2.addListener('message', on).removeAllListeners();
  assert.strictEqual(port2.listenerCount('message'), 0);
  const waits = once(port2, 'message');
  port1.postMessage('promised');
  const [event] = await waits;
  assert.strictEqual(event.data ?? event, 'promised');
  assert.throws(() => port2.on('message', 5), { code: 'ERR_INVALID_ARG_TYPE' });
  port1.close();
}

// At the bound the sender is told, and what was accepted arrives.
async function bound() {
  const { port1, port2 } = new MessageChannel();
  let accepted = 0;
  assert.throws(() => { for (;;) { port1.postMessage(0); accepted++; } }, { name: 'QuotaExceededError', code: 22, message: /65536/ });
  assert.strictEqual(accepted, 65536);
  let seen = 0;
  await new Promise((resolve) => {
    port2.onmessage = () => { if (++seen === accepted) resolve(); };
  });
  port1.postMessage(0);
  port1.close();
}

// What a program replaced is not asked.
async function replaced() {
  const { port1, port2 } = new MessageChannel();
  const map = new Map([[1, { next: 2 }]]);
  const kept = [Map.prototype.get, Map.prototype.set, EventTarget.prototype.dispatchEvent];
  Map.prototype.get = Map.prototype.set = EventTarget.prototype.dispatchEvent = () => { throw new Error('asked'); };
  Object.defineProperty(Object.prototype, 'next', { set() { throw new Error('asked'); }, get() { throw new Error('asked'); }, configurable: true });
  port1.postMessage(map);
  delete Object.prototype.next;
  const { data } = await received(port2);
  [Map.prototype.get, Map.prototype.set, EventTarget.prototype.dispatchEvent] = kept;
  assert.strictEqual(data.get(1).next, 2);
  port1.close();
}

(async () => {
  refusals();
  for (const part of [transfers, starting, closing, moving, failing, emitter, bound, replaced]) await part();
  console.log('message_port: ok');
})();
