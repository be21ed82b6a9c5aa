// structuredClone() calls nothing that a program replaced, and sets no property through a setter above the clone.
const { log } = console;
const { Object: O, Reflect: R, Array: A } = globalThis;
const calls = Object.setPrototypeOf([], null); // out of its own reach
const value = {
  plain: { a: 1 }, list: [1, , { b: 2 }, 'x'], dense: [{ c: 3 }, 4], map: new Map([[{ k: 1 }, 'v']]), set: new Set(['s']),
  date: new Date(5), regExp: /x/g, error: new TypeError('m', { cause: { d: 1 } }), wrapped: O('w'), bytes: new Uint8Array([1, 2]),
  view: new DataView(new ArrayBuffer(2)), resizable: new ArrayBuffer(1, { maxByteLength: 4 }), big: 5n,
};
value.self = value;
const mapGet = Map.prototype.get, mapEntries = Map.prototype.entries, setHas = Set.prototype.has, getTime = Date.prototype.getTime;
const source = R.getOwnPropertyDescriptor(RegExp.prototype, 'source').get;
const apply = R.apply, define = O.defineProperty, ownKeys = R.ownKeys, describe = R.getOwnPropertyDescriptor, keysOf = O.keys;

const replaced = [];
for (const holder of [Map.prototype, Set.prototype, Date.prototype, RegExp.prototype, ArrayBuffer.prototype, DataView.prototype,
  Uint8Array.prototype, O.getPrototypeOf(Uint8Array.prototype), String.prototype, Error.prototype, Function.prototype, A.prototype]) {
  for (const key of ownKeys(holder)) {
    if (key !== 'constructor' && describe(holder, key).configurable) replaced.push([holder, key]);
  }
}
for (let i = 0; i < replaced.length; i++) {
  const key = replaced[i][1];
  define(replaced[i][0], key, {
    get() { calls[calls.length] = key; return undefined; }, set() { calls[calls.length] = key; }, configurable: true,
  });
}
// Setters and read-only properties where copies will have properties of their own.
const above = ['a', 'b', 'c', 'd', 'k', 'plain', 'list', 'cause', 'message', 'stack', 0, 1, 2, 3];
for (let i = 0; i < above.length; i++) {
  define(O.prototype, above[i], { set() { calls[calls.length] = above[i]; }, get() { return 'inherited'; }, configurable: true });
}
define(A.prototype, 1, { set() { calls[calls.length] = 'index'; }, get() { return 'hole'; }, configurable: true });
const names = ['Map', 'Set', 'Date', 'RegExp', 'Uint8Array', 'ArrayBuffer', 'DataView', 'TypeError', 'Error', 'Object', 'Array', 'Symbol', 'BigInt'];
for (let i = 0; i < names.length; i++) globalThis[names[i]] = function Replaced() { calls[calls.length] = names[i]; };
const clone = structuredClone;
for (let round = 0; round < 2; round++) {
  calls.length = 0;
  const copy = clone(value);
  const own = (object, key) => { const found = describe(object, key); return found === undefined ? 'absent' : found.value; };
  log(`${own(copy.plain, 'a')} ${own(copy.list, 0)} ${own(copy.list, 1)} ${own(own(copy.list, 2), 'b')} ${own(own(copy.dense, 0), 'c')}`);
  log(`${copy.list.length} ${own(copy.list, 3)} ${own(copy, 'self') === copy} ${own(own(copy.error, 'cause'), 'd')} ${own(copy.error, 'message')}`);
  log(`${apply(setHas, copy.set, ['s'])} ${apply(getTime, copy.date, [])} ${apply(source, copy.regExp, [])} ${copy.bytes[1]} ${own(copy, 'big')}`);
  log(`${keysOf(copy).length} ${copy.map !== value.map} calls: ${calls.length}`);
}
try { clone({ f: () => {} }); } catch (error) { log(`${error.name} ${error.code}`); }
