// AsyncLocalStorage: each way to schedule carries the value of its own moment; bind(), snapshot(), exit(), enterWith() and defaults.
const { AsyncLocalStorage, AsyncResource } = require('async_hooks');
const a = new AsyncLocalStorage(), b = new AsyncLocalStorage({ defaultValue: 'd', name: 'bb' });
const log = (l) => console.log(l, a.getStore(), b.getStore());
log('top');
a.run(1, () => {
  log('in'); setTimeout(() => log('timeout'), 500); setImmediate(() => log('immediate')); process.nextTick(() => log('tick'));
  queueMicrotask(() => log('micro')); Promise.resolve().then(() => { log('then'); b.enterWith('x'); return Promise.resolve() }).then(() => log('then2'));
  Promise.reject(new Error).catch(() => log('catch')).finally(() => log('finally'));
  b.run(2, () => { log('both'); setTimeout(() => log('both timeout'), 520); a.exit(() => log('exit')); a.run(3, log, 'nested'); log('after nested') });
  log('after b');
  const i = setInterval(() => { log('iv'); clearInterval(i) }, 540);
});
log('end');
process.nextTick(() => log('tick outside'));
const snap = a.run('snap', () => AsyncLocalStorage.snapshot());
const bound = a.run('bound', () => AsyncResource.bind(function (x) { log('bound ' + x + this) }));
setTimeout(() => { snap(log, 'snapshot'); bound.call('T', 1); log('plain') }, 560);
try { a.run('t', () => { throw 1 }) } catch { log('caught') }
a.enterWith('entered'); log('e'); setTimeout(log, 580, 'after enter'); a.disable(); log('disabled');
console.log(b.name, bound.length, typeof new AsyncResource('x').asyncId());
for (const f of [() => new AsyncResource(), () => new AsyncResource('x', { triggerAsyncId: 'a' }), () => AsyncResource.bind(1), ()=> new AsyncLocalStorage(3)])
  try { f(); console.log('none') } catch (e) { console.log(e.name, e.code, e.message) }
