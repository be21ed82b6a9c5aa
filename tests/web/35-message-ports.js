// MessageChannel in the profile web: onmessage starts a port, addEventListener() does not, and ports keep nothing alive.
// flags: --profile=web
'use strict';
const { port1, port2 } = new MessageChannel();
console.log('on' in port1, 'ref' in port1, Object.keys(MessagePort.prototype).join());
try { structuredClone(port1); } catch (error) { console.log(error.name, error instanceof DOMException); }
let started = false;
port2.addEventListener('message', ({ data }) => {
  console.log('listener', started, data);
  if (data === 2) handlers();
});
port1.postMessage(1);
setTimeout(() => {
  started = true;
  port2.start();
  port1.postMessage(2);
}, 20);

function handlers() {
  const other = new MessageChannel();
  other.port1.postMessage('to the handler', [new MessageChannel().port1]);
  other.port2.onmessage = function(event) {
    console.log(this === other.port2, event.data, event.ports.length, event.isTrusted);
    throw new Error('reported');
  };
  other.port1.postMessage('after an error');
  onerror = (message) => {
    console.log(message);
    if (++errors === 2) closing();
    return true;
  };
}
let errors = 0;

function closing() {
  port2.onclose = (event) => console.log('closed:', event.type, event.isTrusted);
  port1.onclose = () => console.log('the side that closes is not told');
  port1.close();
}
