// node:assert: each check passes and fails as it should, what its errors carry, and the rules of deep equality.
'use strict';
const assert = require('node:assert');

// Runs `fn`, which must fail, and returns the error; the checks below look at it with plain comparisons where possible.
function failure(fn) {
  try {
    fn();
  } catch (error) {
    return error;
  }
  throw new Error(`did not throw: ${fn}`);
}

const passes = (fn) => assert.strictEqual(fn(), undefined);

{ // the plain checks
  passes(() => assert(1));
  passes(() => assert.ok('x'));
  passes(() => assert.equal(1, '1'));
  passes(() => assert.equal(NaN, NaN));
  passes(() => assert.notEqual(1, 2));
  passes(() => assert.strictEqual(NaN, NaN));
  passes(() => assert.notStrictEqual(0, -0));
  passes(() => assert.match('abc', /b/));
  passes(() => assert.doesNotMatch('abc', /x/));
  passes(() => assert.ifError(null));
  passes(() => assert.ifError(undefined));
  passes(() => assert.throws(() => { throw new Error('x'); }));
  passes(() => assert.doesNotThrow(() => {}));
}

{ // what a failure carries
  const e = failure(() => assert.strictEqual(1, 2));
  if (!(e instanceof assert.AssertionError) || !(e instanceof Error)) throw new Error('wrong class');
  assert.strictEqual(e.name, 'AssertionError');
  assert.strictEqual(e.code, 'ERR_ASSERTION');
  assert.strictEqual(e.actual, 1);
  assert.strictEqual(e.expected, 2);
  assert.strictEqual(e.operator, 'strictEqual');
  assert.strictEqual(e.generatedMessage, true);
  assert.strictEqual(String(e).split('\n')[0], 'AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:');
  assert.strictEqual(e.stack.split('\n')[0], 'AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:');
  const own = failure(() => assert.ok(0, 'my words'));
  assert.deepStrictEqual([own.message, own.generatedMessage, own.actual, own.expected, own.operator],
    ['my words', false, 0, true, '==']);
  const mine = new RangeError('mine');
  assert.strictEqual(failure(() => assert.strictEqual(1, 2, mine)), mine);
  assert.strictEqual(failure(() => assert.ok(false, mine)), mine);
  assert.strictEqual(failure(() => assert.fail(mine)), mine);
}

{ // messages
  const says = (fn, text) => assert.strictEqual(failure(fn).message, text);
  says(() => assert.strictEqual(1, 2), 'Expected values to be strictly equal:\n\n1 !== 2\n');
  says(() => assert.equal(1, 2), '1 == 2');
  says(() => assert.notEqual(1, 1), '1 != 1');
  says(() => assert.notStrictEqual(1, 1), 'Expected "actual" to be strictly unequal to: 1');
  says(() => assert.strictEqual('hello world', 'hello there'),
    "Expected values to be strictly equal:\n+ actual - expected\n\n+ 'hello world'\n- 'hello there'\n         ^\n");
  says(() => assert.deepStrictEqual({ a: 1, b: [1, 2, 3] }, { a: 1, b: [1, 2, 4] }),
    'Expected values to be strictly deep-equal:\n+ actual - expected\n\n' +
    '  {\n    a: 1,\n    b: [\n      1,\n      2,\n+     3\n-     4\n    ]\n  }\n');
  says(() => assert.deepStrictEqual([1, 2, 3], [1, 2, 3, 4]), 'Expected values to be strictly deep-equal:\n' +
    '+ actual - expected\n\n  [\n    1,\n    2,\n    3,\n-   4\n  ]\n');
  says(() => assert.strictEqual({ a: 1 }, { a: 1 }),
    'Values have same structure but are not reference-equal:\n\n{\n  a: 1\n}\n');
  says(() => assert.deepEqual(1, 2),
    'Expected values to be loosely deep-equal:\n\n1\n\nshould loosely deep-equal\n\n2');
  says(() => assert.notDeepStrictEqual({ a: 1 }, { a: 1 }),
    'Expected "actual" not to be strictly deep-equal to:\n\n{\n  a: 1\n}\n');
  says(() => assert.fail(), 'Failed');
  says(() => assert.fail('boo'), 'boo');
  says(() => assert.ifError(new Error('e')), 'ifError got unwanted exception: e');
  says(() => assert.match('abc', /x/), "The input did not match the regular expression /x/. Input:\n\n'abc'\n");
  says(() => assert.throws(() => {}), 'Missing expected exception.');
  says(() => assert.throws(() => {}, TypeError), 'Missing expected exception (TypeError).');
  says(() => assert.throws(() => {}, 'words'), 'Missing expected exception: words');
  says(() => assert.doesNotThrow(() => { throw new Error('x'); }), 'Got unwanted exception.\nActual message: "x"');
  says(() => assert.throws(() => { throw new Error('x'); }, /y/),
    "The input did not match the regular expression /y/. Input:\n\n'Error: x'\n");
  says(() => assert.throws(() => { throw new Error('x'); }, { message: 'y' }),
    "Expected values to be strictly deep-equal:\n+ actual - expected\n\n" +
    "  Comparison {\n+   message: 'x'\n-   message: 'y'\n  }\n");
  says(() => assert.deepStrictEqual(new Error('x'), new Error('y')),
    'Expected values to be strictly deep-equal:\n+ actual - expected\n\n+ [Error: x]\n- [Error: y]\n');
  assert.match(failure(() => assert(false)).message, /^The expression evaluated to a falsy value/);
  assert.strictEqual(failure(() => assert.equal(1, 2, 'got %s', 'x')).message, 'got x');
}

{ // throws: every kind of expectation
  const boom = () => { throw Object.assign(new TypeError('boom'), { code: 'E_BOOM' }); };
  passes(() => assert.throws(boom, TypeError));
  passes(() => assert.throws(boom, Error));
  passes(() => assert.throws(boom, /^TypeError: boom$/));
  passes(() => assert.throws(boom, { name: 'TypeError', message: 'boom', code: 'E_BOOM' }));
  passes(() => assert.throws(boom, { message: /bo+m/ }));
  passes(() => assert.throws(boom, (e) => e.code === 'E_BOOM'));
  passes(() => assert.throws(boom, 'only a message'));
  passes(() => assert.throws(() => { throw null; }));
  passes(() => assert.throws(() => { throw new Error('same'); }, new Error('same')));
  assert.strictEqual(failure(() => assert.throws(boom, RangeError)).operator, 'throws');
  assert.strictEqual(failure(() => assert.throws(boom, { code: 'OTHER' })).code, 'ERR_ASSERTION');
  assert.strictEqual(failure(() => assert.throws(boom, () => false)).code, 'ERR_ASSERTION');
  assert.strictEqual(failure(() => assert.throws(boom, {})).code, 'ERR_INVALID_ARG_VALUE');
  assert.strictEqual(failure(() => assert.throws(boom, 'boom')).code, 'ERR_AMBIGUOUS_ARGUMENT');
  assert.strictEqual(failure(() => assert.throws('not a function')).code, 'ERR_INVALID_ARG_TYPE');
  assert.strictEqual(failure(() => assert.throws(boom, 5)).code, 'ERR_INVALID_ARG_TYPE');
  assert.strictEqual(failure(() => assert.doesNotThrow(boom, RangeError)).message, 'boom');
  assert.strictEqual(failure(() => assert.strictEqual(1)).code, 'ERR_MISSING_ARGS');
}

{ // deep equality: [what, a, b, strictly, loosely]
  class A {}
  class B {}
  const args = (function() { return arguments; });
  const cycle = () => { const o = { n: 1 }; o.self = o; return o; };
  const longCycle = { n: 1, self: { n: 1 } };
  longCycle.self.self = longCycle;
  const with1 = (target) => Object.assign(target, { x: 1 });
  const mark = Symbol('mark');
  const cases = [
    ['primitives', 1, 1, 1, 1], ['type', 1, '1', 0, 1], ['NaN', NaN, NaN, 1, 1], ['-0', -0, 0, 0, 1],
    ['null and undefined', null, undefined, 0, 1], ['boolean', true, 1, 0, 1], ['bigint', 1n, 1, 0, 1],
    ['object and primitive', {}, 1, 0, 0], ['functions', () => 1, () => 1, 0, 0],
    ['nested', { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, 1, 1], ['nested type', { a: 1 }, { a: '1' }, 0, 1],
    ['missing key', { a: undefined }, { b: undefined }, 0, 0], ['extra key', { a: 1 }, { a: 1, b: 2 }, 0, 0],
    ['key order', { a: 1, b: 2 }, { b: 2, a: 1 }, 1, 1],
    ['classes', new A(), new B(), 0, 1], ['class and literal', new A(), {}, 0, 1],
    ['null prototype', Object.create(null), {}, 0, 1],
    ['not enumerable', Object.defineProperty({}, 'a', { value: 1 }), {}, 1, 1],
    ['symbol key', { [mark]: 1 }, { [mark]: 2 }, 0, 1], ['symbol key missing', { [mark]: 1 }, {}, 0, 1],
    ['array and object', [], {}, 0, 0], ['array length', [1, 2], [1, 2, 3], 0, 0], ['array order', [1, 2],
    [2, 1], 0, 0],
    ['hole', [, 1], [undefined, 1], 0, 0], ['holes', [1, , 3], [1, , 3], 1, 1],
    ['array property', with1([1]), [1], 0, 0],
    ['array symbol', Object.assign([1], { [mark]: 1 }), [1], 0, 1], ['-0 in array', [-0], [0], 0, 1],
    ['arguments', args(1), args(1), 1, 1], ['arguments and array', args(1), [1], 0, 0],
    ['date', new Date(5), new Date(5), 1, 1], ['other date', new Date(5), new Date(6), 0, 0],
    ['date property', with1(new Date(5)), new Date(5), 0, 0],
    ['regexp', /a/g, /a/g, 1, 1], ['flags', /a/g, /a/i, 0, 0],
    ['lastIndex', Object.assign(/a/g, { lastIndex: 1 }), /a/g, 0, 0],
    ['error', new Error('a'), new Error('a'), 1, 1], ['error message', new Error('a'), new Error('b'), 0, 0],
    ['error class', new TypeError('a'), new Error('a'), 0, 0],
    ['error property', with1(new Error('a')), new Error('a'), 0, 0],
    ['cause', new Error('a', { cause: 1 }), new Error('a', { cause: 2 }), 0, 0],
    ['no cause', new Error('a', { cause: undefined }), new Error('a'), 0, 0],
    ['aggregate', new AggregateError([1], 'a'), new AggregateError([2], 'a'), 0, 0],
    ['error and object', new Error('a'), { message: 'a' }, 0, 0],
    ['boxed', Object('a'), Object('a'), 1, 1], ['boxed value', Object(1), Object(2), 0, 0],
    ['boxed type', Object(1), Object('1'), 0, 0], ['boxed symbol', Object(mark), Object(mark), 1, 1],
    ['typed array', new Uint8Array([1, 2]), new Uint8Array([1, 2]), 1, 1],
    ['typed array type', new Uint8Array([1]), new Int8Array([1]), 0, 0],
    ['typed array view', new Uint8Array([0, 2]).subarray(1), new Uint8Array([2]), 1, 1],
    ['float -0', new Float32Array([-0]), new Float32Array([0]), 0, 1],
    ['float NaN', new Float64Array([NaN]), new Float64Array([NaN]), 1, 0],
    ['typed array property', with1(new Uint8Array(1)), new Uint8Array(1), 0, 0],
    ['buffer', new Uint8Array([1]).buffer, new Uint8Array([1]).buffer, 1, 1],
    ['buffer bytes', new Uint8Array([1]).buffer, new Uint8Array([2]).buffer, 0, 0],
    ['DataView', new DataView(new ArrayBuffer(2)), new DataView(new ArrayBuffer(2)), 1, 1],
    ['set', new Set([1, { a: 1 }]), new Set([{ a: 1 }, 1]), 1, 1],
    ['set type', new Set([1, 2]), new Set(['1', '2']), 0, 1],
    ['set of objects', new Set([{ a: 1 }, { a: 2 }]), new Set([{ a: 2 }, { a: 1 }]), 1, 1],
    ['set content', new Set([{ a: 1 }]), new Set([{ a: 2 }]), 0, 0], ['set size', new Set([1]), new Set([1, 2]), 0, 0],
    ['map', new Map([['a', { b: 1 }]]), new Map([['a', { b: 1 }]]), 1, 1],
    ['map order', new Map([[1, 1], [2, 2]]), new Map([[2, 2], [1, 1]]), 1, 1],
    ['map value', new Map([['a', 1]]), new Map([['a', '1']]), 0, 1],
    ['map key type', new Map([[1, 1]]), new Map([['1', 1]]), 0, 1],
    ['map of undefined', new Map([['a', undefined]]), new Map([['b', undefined]]), 0, 0],
    ['map object keys', new Map([[{ a: 1 }, 1], [{ a: 1 }, 2]]), new Map([[{ a: 1 }, 2], [{ a: 1 }, 1]]), 1, 1],
    ['cycle', cycle(), cycle(), 1, 1], ['cycle of other length', cycle(), longCycle, 0, 0],
    ['weak maps', new WeakMap(), new WeakMap(), 0, 0], ['promises', Promise.resolve(), Promise.resolve(), 0, 0],
    ['tag', { [Symbol.toStringTag]: 'X' }, {}, 0, 0], ['proxy', new Proxy({ a: 1 }, {}), { a: 1 }, 1, 1],
  ];
  const holds = (check, a, b) => {
    try {
      check(a, b);
      return 1;
    } catch (error) {
      if (error.code !== 'ERR_ASSERTION') throw error;
      return 0;
    }
  };
  const wrong = [];
  for (const [what, a, b, strictly, loosely] of cases) {
    const both = [[a, b], [b, a]];
    for (const [x, y] of both) {
      if (holds(assert.deepStrictEqual, x, y) !== strictly) wrong.push(`${what}: strict`);
      if (holds(assert.deepEqual, x, y) !== loosely) wrong.push(`${what}: loose`);
      if (holds(assert.notDeepStrictEqual, x, y) === strictly) wrong.push(`${what}: not strict`);
      if (holds(assert.notDeepEqual, x, y) === loosely) wrong.push(`${what}: not loose`);
    }
  }
  assert.strictEqual(wrong.join('\n'), '');
}

{ // strict
  assert.strictEqual(assert.strict.equal, assert.strictEqual);
  assert.strictEqual(assert.strict.deepEqual, assert.deepStrictEqual);
  assert.strictEqual(assert.strict.strict, assert.strict);
  assert.throws(() => assert.strict.equal(1, '1'), assert.AssertionError);
  assert.throws(() => assert.strict(0), assert.AssertionError);
}

async function asynchronous() {
  await assert.rejects(Promise.reject(new Error('x')));
  await assert.rejects(async () => { throw new TypeError('x'); }, TypeError);
  await assert.rejects(Promise.reject(new Error('x')), { message: 'x' });
  await assert.doesNotReject(Promise.resolve(1));
  await assert.doesNotReject(async () => 1);
  await assert.rejects(assert.rejects(Promise.resolve(1)),
    { code: 'ERR_ASSERTION', message: 'Missing expected rejection.' });
  await assert.rejects(assert.doesNotReject(Promise.reject(new Error('q'))),
    { message: 'Got unwanted rejection.\nActual message: "q"' });
  await assert.rejects(assert.rejects(1), { code: 'ERR_INVALID_ARG_TYPE' });
  await assert.rejects(assert.rejects(() => 1), { code: 'ERR_INVALID_RETURN_VALUE' });
  await assert.rejects(assert.rejects(() => { throw new RangeError('sync'); }), RangeError);
}

asynchronous().then(() => console.log('assert ok'), (error) => setImmediate(() => { throw error; }));

// ---- the failed call in the message ---------------------------------------------------------------------------------
{
  const says = (f, call) => assert.throws(f, { message: `The expression evaluated to a falsy value:\n\n  ${call}\n`, generatedMessage: true });
  says(() => { assert.ok(null); }, 'assert.ok(null)');
  says(() => { assert((() => [')', "(\\"].length === 9)()); }, `assert((() => [')', "(\\\\"].length === 9)())`);
  says(() => { const t = { a: { ok: assert } }; t.a?.ok(0, undefined); }, 't.a?.ok(0, undefined)');
  says(() => { assert['ok'](0); }, "assert['ok'](0)");
  says(() => { assert(
    false); }, 'assert(');
  function passesOn(x) { return assert(x); } // no frame of it is left: nothing wrong may be shown
  assert.throws(() => { passesOn(0); }, (error) => !error.message.includes('passesOn'));
}

// ---- instances ------------------------------------------------------------------------------------------------------
{
  const { Assert } = assert;
  assert.throws(() => Assert(), { code: 'ERR_CONSTRUCT_CALL_REQUIRED', name: 'TypeError' });
  assert.throws(() => new Assert({ diff: 'other' }), {
    code: 'ERR_INVALID_ARG_VALUE', message: "The property 'options.diff' must be one of: 'simple', 'full'. Received 'other'",
  });
  const full = new Assert({ diff: 'full', strict: false });
  full.equal(1, '1');
  assert.throws(() => { new Assert().equal(1, '1'); }, assert.AssertionError);
  assert.strictEqual(new Assert().deepEqual, assert.deepStrictEqual);

  const long = 'A'.repeat(5000);
  const lines = 'A\n'.repeat(100);
  assert.throws(() => { full.deepEqual(long, 'x'); }, (error) => error.diff === 'full' && error.message.includes(long));
  assert.throws(() => { assert.deepEqual(long, 'x'); }, (error) => error.diff === 'simple' && error.message.includes(`'${long.slice(0, 508)}...\n`));
  assert.throws(() => { full.notStrictEqual(lines, lines); }, (error) => error.message.split('\n').length === 103);
  assert.throws(() => { assert.notStrictEqual(lines, lines); }, (error) => error.message.split('\n').length === 50);
  const { deepEqual, throws } = full; // taken off the instance they have lost its options
  assert.throws(() => { deepEqual(long, 'x'); }, (error) => error.diff === 'simple');
  assert.throws(() => { throws(() => {}); }, (error) => error.diff === 'simple');

  class Point { constructor() { this.x = 1; } }
  new Assert({ skipPrototype: true }).deepStrictEqual(new Point(), { x: 1 });
  assert.throws(() => { new Assert().deepStrictEqual(new Point(), { x: 1 }); }, assert.AssertionError);

  // Shown by inspect: the beginning of many lines, the end of a long one.
  const shown = (a) => { try { assert.strictEqual(a, ''); } catch (error) { return require('util').inspect(error); } };
  assert(shown(long).includes(`actual: '${'A'.repeat(4488)}...'`));
  assert(shown('some line\n'.repeat(15)).includes("actual: 'some line\\n' +\n" + "    'some line\\n' +\n".repeat(9) + "    '...'"));
}

// ---- partial equality -----------------------------------------------------------------------------------------------
{
  const f = () => {};
  const circle = () => { const a = {}; a.a = a; return a; };
  for (const [a, b] of [
    [1, 1], [f, f], [{ a: 1, b: 2 }, { a: 1 }], [{ a: { b: 1, c: 2 } }, { a: { b: 1 } }], [{ a: 1 }, {}], [circle(), circle()],
    [[1, 2, 3], [1, 3]], [[1, 2], []], [[[1], [2, 3]], [[3]]], [[{ a: 1 }, { b: 2 }, { c: 3 }], [{ a: 1 }, { c: 3 }]],
    [new Uint8Array([1, 2, 3]), new Uint8Array([1, 3])], [new Uint8Array([1, 2, 3]).buffer, new Uint8Array([2, 3]).buffer],
    [new Set([1, { a: 1, b: 1 }]), new Set([{ a: 1 }])], [new Set([0, 1]), new Set([0])], [new Map([[1, 2], [2, { x: 1, y: 2 }]]), new Map([[2, { x: 1 }]])],
    [new Map([[{ a: 1, b: 2 }, 1]]), new Map([[{ a: 1 }, 1]])], [new Error('x', { cause: { a: 1, b: 2 } }), new Error('x', { cause: { a: 1 } })],
    [Object.assign(new Date(0), { a: 1 }), new Date(0)], [{ [Symbol.iterator]: 1, b: 1 }, { [Symbol.iterator]: 1 }],
  ]) assert.partialDeepStrictEqual(a, b);
  for (const [a, b] of [
    [1, 2], [0, -0], ['ab', 'a'], [null, {}], [[1, 2, 3], [3, 1]], [[1], [1, 1]], [[0], [-0]], [[1, 2, 3], { 0: 1 }], [[], {}], [{}, { a: undefined }],
    [[[1], [2, 3]], [[2], [3]]], [{ a: 1 }, { a: '1' }], [new Set([1, { a: 1 }]), new Set([{ a: 1 }, { a: 1 }])], [new Set(['1']), new Set([1])],
    [new Map([[1, 2]]), new Map([[1, '2']])], [/a/g, /a/], [new Date(0), new Date(1)], [new Error('x'), new Error('y')], [new Error('x'), new Error('x', { cause: undefined })],
    [new RangeError('x'), new Error('x')], [Object('ab'), Object('a')], [new Date(0), Object.assign(new Date(0), { a: 1 })], [circle(), { a: { a: {} } }],
    [new Uint8Array([1]), new Int8Array([1])], [new Float32Array([0]), new Float32Array([-0])], [f, () => {}], [{ b: 1 }, { [Symbol.iterator]: 1 }],
  ]) assert.throws(() => { assert.partialDeepStrictEqual(a, b); }, { code: 'ERR_ASSERTION', operator: 'partialDeepStrictEqual' });
  assert.throws(() => { assert.partialDeepStrictEqual({ a: 1, b: 2 }, { a: 2 }); }, {
    message: 'Expected values to be partially and strictly deep-equal:\n+ actual - expected\n\n  {\n+   a: 1,\n+   b: 2\n-   a: 2\n  }\n',
  });
  assert.throws(() => { assert.partialDeepStrictEqual(1); }, { code: 'ERR_MISSING_ARGS' });
}

{ // what was thrown without properties is shown after the caller's words; a matched pattern is no difference
  assert.throws(() => { assert.throws(() => { throw 'text'; }, { message: 'x' }, 'words'); }, { message: /^words\n\+ actual - expected\n/, operator: 'throws' });
  assert.throws(() => { assert.throws(() => { throw new TypeError('text'); }, { message: /no/, name: /^Type/ }); },
    { message: /\+ {3}message: 'text',\n- {3}message: \/no\/,\n {4}name: 'TypeError'\n/ });
  assert.throws(() => { assert.deepStrictEqual(new Error('a', { cause: new Error('x') }), new Error('a', { cause: new Error('y') })); },
    { message: 'Expected values to be strictly deep-equal:\n+ actual - expected\n\n  [Error: a] {\n+   [cause]: [Error: x]\n-   [cause]: [Error: y]\n  }\n' });
}
