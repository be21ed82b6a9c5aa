// The console shows anything without running into it.
const { proxy, revoke } = Proxy.revocable({}, {});
revoke();
const loop = { name: 'loop' }; loop.self = loop;
const values = [
  proxy, new Proxy([], { get() { throw 1; }, ownKeys() { throw 2; } }), new Proxy(function () {}, { apply() { throw 1; } }),
  loop, Object.create(null), Object.create({ get constructor() { throw 1; } }), { get boom() { throw new Error('getter'); } },
  { get [Symbol.toStringTag]() { throw 1; } }, new (class { get [Symbol.toStringTag]() { throw 1; } })(),
  Object.defineProperty(() => {}, 'name', { get() { throw 1; } }), Object.setPrototypeOf(() => {}, null),
  Object.setPrototypeOf(new Map([[1, 2]]), null), Object.setPrototypeOf(new Error('no prototype'), null), new Date(NaN),
  Object.defineProperty(new Date(0), 'toISOString', { value() { throw 1; } }), Symbol('s'), 10n, -0, '\ud800', new Uint8Array(2),
];
for (const method of ['log', 'dir', 'group', 'groupEnd', 'table', 'count', 'countReset', 'assert', 'time', 'timeLog', 'timeEnd', 'debug', 'info']) {
  for (const [i, value] of values.entries()) {
    const log = process.stdout.write;
    process.stdout.write = () => true;
    try {
      console[method](value);
    } catch (error) {
      process.stdout.write = log;
      let text; try { text = String(error); } catch { text = '?'; }
      console.log('threw', method, i, text);
    } finally {
      process.stdout.write = log;
    }
  }
}
process.stdout.write('done\n');
