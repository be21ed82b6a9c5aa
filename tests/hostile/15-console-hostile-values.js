// The console shows anything without running into it.
const { proxy, revoke } = Proxy.revocable({}, {});
revoke();
const loop = { name: 'loop' };
loop.self = loop;
const bare = Object.setPrototypeOf(new Error('no prototype'), null);
Object.defineProperty(bare, 'stack', { value: 'a stack' });
const values = [
  proxy, new Proxy([], { get() { throw 1; }, ownKeys() { throw 2; } }), new Proxy(function () {}, { apply() { throw 1; } }),
  loop, Object.create(null), Object.create({ get constructor() { throw 1; } }), { get boom() { throw new Error('getter'); } },
  { get [Symbol.toStringTag]() { throw 1; } }, new (class { get [Symbol.toStringTag]() { throw 1; } })(),
  Object.defineProperty(() => {}, 'name', { get() { throw 1; } }), Object.setPrototypeOf(() => {}, null),
  Object.setPrototypeOf(new Map([[1, 2]]), null), bare, new Date(NaN),
  Object.defineProperty(new Date(0), 'toISOString', { value() { throw 1; } }), Symbol('s'), 10n, -0, '\ud800', new Uint8Array(2),
];
for (const value of values) console.log(value);
for (const method of ['dir', 'group', 'groupEnd', 'assert', 'debug', 'info', 'warn', 'error', 'trace', 'table']) {
  for (const [i, value] of values.entries()) {
    try {
      console[method](value);
    } catch {
      console.log('threw', method, i);
    }
    console.groupEnd();
  }
}
