// Errors of an ES module name the line and column of its own text, whatever the transform did to it: the same text is run as a CommonJS
// module, whose text reaches the engine as it is, and both must say the same.
import assert from 'node:assert';
import { createRequire } from 'node:module';
import { inspect } from 'node:util';

const require = createRequire(import.meta.url);
const Module = require('node:module');
const heads = {
  module: `import { f, obj, num, Cls } from ${JSON.stringify(import.meta.resolve('./fixtures.mjs'))}; const fail = () => { throw new Error('fail'); };`,
  commonjs: `const { f, obj, num, Cls } = require(${JSON.stringify(`${import.meta.dirname}/fixtures.cjs`)}); const fail = () => { throw new Error('fail'); };`,
};

// Every text throws. Line 1 is the head, which is shorter or longer; positions on it are tested below.
const texts = [
  'fail()', 'f(fail())', 'f(1), f(2), fail()', '  f(f(f(fail())))', 'obj.nested.none.deeper', 'f(1); obj.none()', 'obj.nested.deep.none.x', 'new Cls(fail())', 'f`${fail()}`',
  'num()', 'f(num())', 'new num()', 'num`x`', 'null?.x; num.x.y', 'for (const x of num);', 'const [a] = num;', 'undeclared', 'f(undeclared)',
  'obj.method(fail())', '({ f, obj, x: fail() })', '[f, obj, fail()]', '`${f(1)}${fail()}`', 'f(1) + f(2) + fail()', 'if (f(num)) fail(); else f();', 'while (f(true)) fail();',
  '(() => fail())()', '[1].map((x) => f(x) && fail())', 'function inner(a = f(num)) { return f(a) + fail(); }\ninner();', 'class A { m() { f(num); fail(); } static s() { new A().m(); } }\nA.s();',
  'f(\n  f(1),\n  fail(),\n);', '\n\n\n      f(num); fail(); // after\n', 'let x = f(1)\nf(2)\n;[1].forEach(f)\nfail()', 'const late = () => before; late(); let before = f(1);', 'num = fail();',
  '/* f */ f /* ( */ ( /* ) */ fail() )', 'obj\n  .method()\n  .toString()\n  .none()', 'f(num)?.x?.(fail()); fail()', "const o = { get g() { return fail(); } }; f(o.g);", 'throw f(new TypeError(`${f(1)}`))',
  'label: for (;;) { f(num); for (;;) { fail(); break label; } }', 'switch (f(num)) { case num: fail(); }', 'try { fail() } finally { f(num) }', 'f(num); eval("f(1); fail()")', 'JSON.parse("{")',
  '\tf(num);\tfail()', 'const \u00e9 = "\u00e9\u00e9", \u{1d4d0} = "\u{1F600}"; f(\u00e9); fail()', 'f("a\\\nb", fail())', 'f(1);\r\nf(2); fail();', 'var v = f, w = (v, fail());', 'typeof f === f(1) || fail()',
];

// The frames of the text itself, as line:column.
function places(error) {
  const found = [...inspect(error).matchAll(/(?:data:text\/javascript,[^\n]*?|\/twin\.cjs):(\d+):(\d+)\)?(?: \{)?$/gm)];
  return found.map(([, line, column]) => `${line}:${column}`);
}

function asCommonJs(text) {
  const module = new Module('/twin.cjs');
  module.filename = '/twin.cjs';
  module.paths = [];
  try {
    module._compile(`'use strict'; ${heads.commonjs}\n${text}`, '/twin.cjs');
  } catch (error) {
    return error;
  }
  assert.fail(`does not throw: ${text}`);
}

async function asModule(text) {
  return import(`data:text/javascript,${encodeURIComponent(`${heads.module}\n${text}`)}`).then(() => assert.fail(`does not throw: ${text}`), (error) => error);
}

let compared = 0;
for (const text of texts) {
  const twin = asCommonJs(text);
  const error = await asModule(text);
  assert.strictEqual(error.name, twin.name, text);
  // The last frame is the module's own code, where a CommonJS module has it, too.
  const below = (e) => places(e).filter((place) => !place.startsWith('1:')); // the heads differ
  assert.deepStrictEqual(below(error), below(twin), `${text}\n${inspect(error)}\n${inspect(twin)}`);
  assert.ok(below(error).length > 0, text);
  compared += below(error).length;
  // What the message quotes is the program's text, too.
  assert.strictEqual(inspect(error).split('\n')[0], inspect(twin).split('\n')[0], text);
}
assert.ok(compared >= texts.length, `${compared}`);

// Line 1, where the head of the function stands before the text.
{
  const error = await import('data:text/javascript,/*******/ throw new Error("first line")').catch((e) => e);
  assert.deepStrictEqual(places(error), ['1:26']);
  const twin = new Module('/twin.cjs');
  assert.throws(() => twin._compile('/*******/ throw new Error("first line")', '/twin.cjs'), (e) => places(e)[0] === '1:26');
}

// After top-level await, and out of for await, which the transform takes apart.
for (const [text, place] of [
  ['await 0; throw new Error("x")', '1:25'], ['await 0\nawait fail(); function fail() {\n  throw new Error("x") }', '3:18'], ['\nfor await (const x of [1]) { throw new Error("x") }', '2:45'],
  ['\nfor await (const x of [await 1,\n 2]) { await 0;\n  if (x === 2) throw new Error("x") }', '4:31'], ['\nfor await (const { a = fail() } of [{}]);\nfunction fail() { throw new Error("x") }', '3:34'],
]) {
  const error = await import(`data:text/javascript,${encodeURIComponent(text)}`).catch((e) => e);
  assert.strictEqual(places(error)[0], place, inspect(error));
}

// Errors before anything runs: syntax, and names that are not exported.
for (const [text, name, place, message] of [
  ['let a = 1;\n  let b = ;', 'SyntaxError', '2:11', /^Unexpected token ';'$/], ['\n\nlet a; let a;', 'SyntaxError', '3:12', /'a' has already been declared/], ['\n  return', 'SyntaxError', '2:3', /return/],
  ['export { nothing };', 'SyntaxError', '1:10', /'nothing' is not defined/], ['\nimport { none } from "node:path";', 'SyntaxError', '2:10', /does not provide an export named 'none'$/],
  ['let x;\nexport { none as b } from "node:path";', 'SyntaxError', '2:10', /does not provide an export named 'none'$/], ['\n  import "nowhere";', 'TypeError', '2:10', /nowhere/], ['`unterminated', 'SyntaxError', '1:2', /Unterminated template/],
  ['(', 'SyntaxError', '1:2', /^Unexpected end of input$/], ['\n/(/', 'SyntaxError', undefined, /regular expression/i], ['with (x) y;', 'SyntaxError', '1:1', /strict mode/], ['\nawait: 1', 'SyntaxError', '2:6', /./],
  ['import x from "node:path" with { type: 1 }', 'SyntaxError', '1:40', /^Unexpected token '1'$/], ['import x from "node:path" with { type: "a", type: "a" }', 'SyntaxError', '1:45', /Duplicate/], ['export default 1 with {}', 'SyntaxError', '1:18', /with/],
]) {
  const error = await import(`data:text/javascript,${encodeURIComponent(text)}`).then(() => assert.fail(text), (e) => e);
  assert.strictEqual(error.name, name, text);
  assert.match(error.message, message);
  if (place !== undefined) assert.strictEqual(places(error)[0], place, inspect(error));
}
console.log('positions ok', texts.length);
