// What util.inspect and util.format print, as literal strings. Stack frames differ by path, so they are cut: `cut()`.
'use strict';
const assert = require('node:assert');
const { inspect, format, stripVTControlCharacters } = require('node:util');

const cut = (text) => text.replace(/\n *at [^\n]*?(?= \{\n|\n|$)/g, '');
let cases = 0;
function shows(value, expected, options) {
  cases++;
  assert.strictEqual(inspect(value, options), expected);
}
function showsError(value, expected, options) {
  cases++;
  assert.strictEqual(cut(inspect(value, options)).replace(/^\[([^]*)\]$/, '$1'), expected);
}
function formats(args, expected) {
  cases++;
  assert.strictEqual(format(...args), expected);
}

class Point { constructor(x, y) { this.x = x; this.y = y; } }
class Point3 extends Point {}

// Primitives
for (const [value, expected] of [
  [0, '0'], [-0, '-0'], [1.5, '1.5'], [NaN, 'NaN'], [10n, '10n'], [true, 'true'], [null, 'null'],
  [undefined, 'undefined'], [Symbol('a'), 'Symbol(a)'], ['a', "'a'"], ["it's", '"it\'s"'], ['it\'s "q"', '`it\'s "q"`'],
  ['a\nb\t\\\x1b', "'a\\nb\\t\\\\\\x1B'"], ['\ud800', "'\\ud800'"],
]) shows(value, expected);
shows('abcdef', "'abc'... 3 more characters", { maxStringLength: 3 });
shows([123456.789, -1234567n], '[ 123_456.789, -1_234_567n ]', { numericSeparator: true });

// Objects, depth, keys
shows({}, '{}');
shows({ a: 1, 'b-c': 'x', 2: undefined }, "{ '2': undefined, a: 1, 'b-c': 'x' }");
shows({ a: { b: { c: { d: 1 } } } }, '{ a: { b: { c: [Object] } } }');
shows({ a: { b: { c: {} } } }, '{ a: { b: { c: {} } } }');
shows({ a: [1], m: new Map([[1, 2]]), p: new Point(1, 2) }, '{ a: [Array], m: [Map], p: [Point] }', { depth: 0 });
shows({ [Symbol('k')]: 1 }, '{ Symbol(k): 1 }');
shows(Object.create(null), '[Object: null prototype] {}');
shows(new Point(1, 2), 'Point { x: 1, y: 2 }');
shows(new Point3(1, 2), 'Point3 { x: 1, y: 2 }');
shows({ [Symbol.toStringTag]: 'T' }, "{ Symbol(Symbol.toStringTag): 'T' }");
shows(new (class Q { get [Symbol.toStringTag]() { return 'T'; } })(), 'Q [T] {}');
shows({ b: 1, a: 2 }, '{ a: 2, b: 1 }', { sorted: true });
shows(Object.defineProperty({}, 'x', { value: 1 }), '{ [x]: 1 }', { showHidden: true });

// Accessors
const accessors = { get a() { return 1; }, set b(v) {}, get c() { return 2; }, set c(v) {}, get d() { throw 1; } };
shows(accessors, '{ a: [Getter], b: [Setter], c: [Getter/Setter], d: [Getter] }');
shows({ get a() { return 1; }, get b() { return { x: 1 }; } },
  '{ a: [Getter: 1], b: [Getter] { x: 1 } }', { getters: true });
// Shorter than in Node, which appends the thrown stack.
shows({ get d() { throw new Error('no'); } }, '{ d: [Getter: <Inspection threw (Error: no)>] }', { getters: true });

// Line breaking and columns
const x28 = 'x'.repeat(28);
shows({ a: x28, b: x28.slice(1) }, `{ a: '${x28}', b: '${x28.slice(1)}' }`);
shows({ a: x28, b: x28 }, `{\n  a: '${x28}',\n  b: '${x28}'\n}`);
shows({ a: { b: 1 } }, '{\n  a: {\n    b: 1\n  }\n}', { compact: false });
shows({ a: { b: { c: { d: 1 } } } }, '{\n  a: { b: { c: { d: 1 } } }\n}', { depth: 9 });
shows(Array.from({ length: 10 }, (_, i) => i), '[\n  0, 1, 2, 3, 4,\n  5, 6, 7, 8, 9\n]');
shows(['', 's', 'ss', 'sss', 'ssss', 'sssss', 'ssssss'], "[ '', 's', 'ss', 'sss', 'ssss', 'sssss', 'ssssss' ]");
shows(Array(7).fill('ab'), "[\n  'ab', 'ab',\n  'ab', 'ab',\n  'ab', 'ab',\n  'ab'\n]");
shows({ x: 'lorem ipsum\n'.repeat(8) }, `{\n  x: ${Array(8).fill("'lorem ipsum\\n'").join(' +\n    ')}\n}`);

// Arrays and typed arrays
shows([], '[]');
shows([1, 'a', null], "[ 1, 'a', null ]");
shows([, 1, , , 2], '[ <1 empty item>, 1, <2 empty items>, 2 ]');
shows(Object.assign([1], { x: 2 }), '[ 1, x: 2 ]');
shows([1, 2, 3], '[ 1, ... 2 more items ]', { maxArrayLength: 1 });
shows(new Uint8Array([1, 2]), 'Uint8Array(2) [ 1, 2 ]');
shows(new ArrayBuffer(2), 'ArrayBuffer { [Uint8Contents]: <00 00>, [byteLength]: 2 }');
shows(new (class List extends Array {})(1, 2), 'List(2) [ 1, 2 ]');
shows((function() { return arguments; })(1), "[Arguments] { '0': 1 }");

// Collections
shows(new Map([['k', { a: 1 }]]), "Map(1) { 'k' => { a: 1 } }");
shows(new Set([1, 'a']), "Set(2) { 1, 'a' }");
shows(new Set([1, 2, 3]), 'Set(3) { 1, ... 2 more items }', { maxArrayLength: 1 });
shows(new WeakMap(), 'WeakMap { <items unknown> }');
shows(Object.setPrototypeOf(new Map([[1, 2]]), null), '[Map(1): null prototype] { 1 => 2 }');
shows([].values(), 'Object [Array Iterator] {}');

// Functions, dates, expressions, boxes, promises
shows(function f() {}, '[Function: f]');
shows((() => () => 1)(), '[Function (anonymous)]');
shows(async function g() {}, '[AsyncFunction: g]');
shows(function* h() {}, '[GeneratorFunction: h]');
shows(Point3, '[class Point3 extends Point]');
shows(Object.assign(() => {}, { a: 1 }), '[Function (anonymous)] { a: 1 }');
shows(new Date(0), '1970-01-01T00:00:00.000Z');
shows(new Date(NaN), 'Invalid Date');
shows(/a\/b/gi, '/a\\/b/gi');
shows(Object('abc'), "[String: 'abc']");
shows(Object(-0), '[Number: -0]');
shows(Promise.resolve(1), 'Promise { 1 }');
shows(new Promise(() => {}), 'Promise { <pending> }');
const rejected = Promise.reject('why');
rejected.catch(() => {});
shows(rejected, "Promise { <rejected> 'why' }");

// Cycles
const ring = { name: 'ring' };
ring.self = ring;
ring.list = [ring];
shows(ring, "<ref *1> { name: 'ring', self: [Circular *1], list: [ [Circular *1] ] }");

// Proxies: no trap runs
const traps = new Proxy({}, { get() { throw new Error('trap'); } });
const revocable = Proxy.revocable({}, {});
revocable.revoke();
shows(new Proxy({ a: 1 }, traps), 'Proxy({ a: 1 })');
shows(Object.create(new Proxy({}, traps)), '{}');
shows(revocable.proxy, '<Revoked Proxy>');

// Errors
class Oops extends Error {}
class ValidationError extends Error {}
showsError(new Error('x'), 'Error: x');
showsError(new Oops('x'), 'Oops [Error]: x');
showsError(new ValidationError('x'), 'ValidationError: x');
showsError(Object.assign(new Error('x'), { code: 'E' }), "Error: x {\n  code: 'E'\n}");
showsError(new Error('x', { cause: { y: 1 } }), 'Error: x {\n  [cause]: { y: 1 }\n}');
showsError(new AggregateError([1], 'all'), 'AggregateError: all {\n  [errors]: [ 1 ]\n}');
shows(Object.assign(new Error('m'), { stack: undefined }), '[Error: m]');
shows(Object.assign(new Error('m'), { stack: 'mine' }), '[mine]');
assert.match(inspect(new Error('m')), /^Error: m\n {4}at [^\n]*inspect_test\.js:\d+:\d+/);

// Custom inspectors
shows({ [inspect.custom]: (depth, options) => `<${depth} ${options.depth}>` }, '<2 2>');
shows({ a: { [inspect.custom]: () => 'x\ny' } }, '{\n  a: x\n  y\n}');
shows({ a: { [inspect.custom]: () => ({ b: 1 }) } }, '{ a: { b: 1 } }');
shows([{ [inspect.custom]() { throw new Error('bad'); } }], '[ <Inspection threw (Error: bad)> ]');

// Colours
shows({ a: 1, b: 'x' }, "{ a: \u001b[33m1\u001b[39m, b: \u001b[32m'x'\u001b[39m }", { colors: true });
shows([null, undefined], '[ \u001b[1mnull\u001b[22m, \u001b[90mundefined\u001b[39m ]', { colors: true });
assert.strictEqual(stripVTControlCharacters('\u001b[31mred\u001b[39m'), 'red');

// Format
formats([], '');
formats(['a', 'b', 1, { x: 1 }], 'a b 1 { x: 1 }');
formats(['%s is %d, %i, %f', 'v', '42', 42.9, '1.5x'], 'v is 42, 42, 1.5');
formats(['%j %j', { a: 1 }, [2]], '{"a":1} [2]');
formats(['%j', ring], '[Circular]');
formats(['%O', { a: { b: { c: { d: 1 } } } }], '{ a: { b: { c: [Object] } } }');
formats(['%o', [1]], '[ 1, [length]: 1 ]');
formats(['%c|%%|%x|%s', 'css', 'a'], '|%|%x|a');
formats(['%s %s', 'a'], 'a %s');
formats(['%s', { a: { b: 1 } }], '{ a: [Object] }');
formats(['%s', { toString: () => 'own' }], 'own');
formats(['%s %d', -0, 5n], '-0 5n');
formats([Symbol('q'), 'x', -0], 'Symbol(q) x -0');
assert.ok(cases >= 80, `only ${cases} cases ran`);

// showHidden adds what the prototypes of a program's own classes say, methods left out.
{
  class Base { get low() { return 1; } }
  class Shown extends Base {
    constructor() { super(); this.own = 'o'; }
    get high() { return this.own; }
    method() {}
    static get never() { return 0; }
  }
  shows(new Shown(), "Shown { own: 'o', [high]: [Getter: 'o'], [low]: [Getter: 1] }", { showHidden: true, getters: true });
  shows(new Shown(), "Shown { own: 'o', [high]: [Getter], [low]: [Getter] }", { showHidden: true });
  shows(new Shown(), "Shown { own: 'o' }");
  shows(new Base(), 'Base { [low]: [Getter] }', { showHidden: true });
  shows(Object.create({ data: 1 }), '{}');
}
