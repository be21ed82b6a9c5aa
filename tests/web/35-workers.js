// Worker in the profile web: the scope inside, both kinds of scripts, and errors that come out of it.
// flags: --profile=web
'use strict';
const code = (text) => `data:text/javascript,${encodeURIComponent(text)}`;
const told = (worker, name) => new Promise((resolve) => { worker[name] = resolve; });
(async () => {
  const worker = new Worker(code(`
    addEventListener('message', function({ data, target, currentTarget }) {
      postMessage([data, name, this === self, target === self, currentTarget === self, typeof process, typeof require, typeof Worker]);
    });
    onmessageerror = null;
    console.log(Object.keys(globalThis).filter((name) => ['postMessage', 'close', 'onmessage', 'onmessageerror', 'name', 'self'].includes(name)).sort().join());
  `), { name: 'inside' });
  worker.postMessage('to the scope');
  console.log((await told(worker, 'onmessage')).data.join());
  worker.terminate();

  const module = new Worker(code('postMessage([typeof import.meta.url, this === undefined])'), { type: 'module' });
  console.log((await told(module, 'onmessage')).data.join());

  const failing = new Worker(code('onerror = (message) => { postMessage(message); return false; }; setTimeout(() => { throw new TypeError("in the worker"); });'));
  failing.onmessage = ({ data }) => console.log('inside:', data);
  await new Promise((resolve) => {
    failing.onerror = (error) => {
      console.log('outside:', error.message, error.error instanceof TypeError, error.cancelable, error.bubbles);
      resolve();
      return false;
    };
  });

  const unheard = new Promise((resolve) => {
    onerror = (text, file, line, column, value) => {
      console.log('at the global object:', text, value instanceof RangeError);
      resolve();
      return true;
    };
  });
  new Worker(code('throw new RangeError("unheard")'));
  await unheard;
  const handled = new Worker(code('onerror = () => true; setTimeout(() => { postMessage("goes on"); close(); }, 1); throw 1'));
  handled.onerror = () => console.log('handled inside, told outside');
  console.log((await told(handled, 'onmessage')).data);

  const { port1, port2 } = new MessageChannel();
  const relay = new Worker(code('onmessage = ({ ports: [port] }) => { port.onmessage = ({ data }) => { port.postMessage(data + 1); close(); }; }'));
  relay.postMessage(null, [port2]);
  port1.postMessage(1);
  console.log((await told(port1, 'onmessage')).data);
  await told(port1, 'onclose');
  console.log('closed with the worker');
})();
