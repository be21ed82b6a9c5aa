// node:timers exports the globals themselves.
const timers = require('node:timers');
for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate']) {
  console.log(name, timers[name] === globalThis[name]);
}
console.log(require('timers') === timers, timers.promises === require('node:timers/promises'));
