// MessageChannel: two ports that reach each other, and what keeps a program alive.
'use strict';
const assert = require('node:assert');

const done = [];
process.on('exit', (code) => {
  assert.strictEqual(code, 0);
  assert.deepStrictEqual(done, ['order', 'checkpoint', 'turns', 'idle']);
  console.log('message_channel: ok');
});

// The interface.
{
  const channel = new MessageChannel();
  assert.ok(channel.port1 instanceof MessagePort && channel.port2 instanceof MessagePort);
  assert.ok(channel.port1 instanceof EventTarget);
  assert.notStrictEqual(channel.port1, channel.port2);
  assert.strictEqual(channel.port1, channel.port1);
  assert.deepStrictEqual(Object.keys(MessageChannel.prototype), ['port1', 'port2']);
  assert.strictEqual(String(channel), '[object MessageChannel]');
  assert.throws(() => MessageChannel(), TypeError);
  assert.throws(() => new MessagePort(), { code: 'ERR_ILLEGAL_CONSTRUCTOR' });
  assert.throws(() => MessageChannel.prototype.port1, { code: 'ERR_INVALID_THIS' });
  assert.throws(() => structuredClone(channel), { name: 'DataCloneError' });
  assert.match(require('node:util').inspect(channel), /^MessageChannel \{\s+port1: MessagePort \{ active: true, refed: false \}/);
}

// Messages arrive in order, later than all that runs now, each with its own checkpoint.
{
  const { port1, port2 } = new MessageChannel();
  const log = [];
  for (let i = 0; i < 3; i++) port2.postMessage(i);
  port1.onmessage = ({ data }) => {
    log.push(data);
    Promise.resolve().then(() => log.push(`job ${data}`));
    process.nextTick(() => log.push(`tick ${data}`));
    if (data === 2) {
      setImmediate(() => {
        assert.deepStrictEqual(log, ['sync', 0, 'tick 0', 'job 0', 1, 'tick 1', 'job 1', 2, 'tick 2', 'job 2']);
        port1.close();
        done.push('order');
        checkpoint();
      });
    }
  };
  log.push('sync');
}

// A listener that throws disturbs neither the next message nor the other listeners.
function checkpoint() {
  const { port1, port2 } = new MessageChannel();
  const log = [];
  process.once('uncaughtException', (error) => log.push(error.message));
  port1.addEventListener('message', () => { if (log.length === 0) throw new Error('thrown'); });
  port1.addEventListener('message', ({ data }) => {
    log.push(data);
    if (data !== 2) return;
    assert.deepStrictEqual(log, [1, 'thrown', 2]);
    port2.close();
    done.push('checkpoint');
    turns();
  });
  port2.postMessage(1);
  port2.postMessage(2);
}

// Two ports that never stop talking leave room for timers.
function turns() {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }) => port1.postMessage(data + 1);
  port2.onmessage = ({ data }) => port2.postMessage(data + 1);
  port1.postMessage(0);
  setTimeout(() => {
    port1.close();
    done.push('turns');
    idle();
  }, 5);
}

// Ports that nobody listens to keep nothing alive, nor do those that are unreferenced.
function idle() {
  const silent = new MessageChannel();
  silent.port1.postMessage('never read');
  const { port1, port2 } = new MessageChannel();
  port1.on('message', () => {});
  assert.strictEqual(port1.hasRef(), true);
  assert.strictEqual(port2.hasRef(), false);
  port1.unref();
  assert.strictEqual(port1.hasRef(), false);
  port2.ref();
  port2.unref();
  port2.ref();
  setTimeout(() => port2.close(), 1);
  port2.on('close', () => {
    assert.strictEqual(port2.hasRef(), false);
    done.push('idle');
  });
}
