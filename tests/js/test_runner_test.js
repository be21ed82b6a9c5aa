// node:test: order, hooks, subtests, results and exit code, mock functions.
'use strict';
const assert = require('node:assert');
const test = require('node:test');
const { describe, it, before, beforeEach, after, afterEach, mock } = test;

assert.throws(() => require('test'), { code: 'MODULE_NOT_FOUND' }); // a package may have this name
assert(require('module').builtinModules.includes('node:test'));

const { write } = process.stdout;
let output = '';
process.stdout.write = (text) => { output += text; };

const log = [];
test('first', () => { log.push('first'); });
test('fails', () => { throw new Error('reason'); });
test('callback', (t, done) => { setTimeout(done, 2); });
test('nested', async (t) => {
  assert.strictEqual(t.fullName, 'nested');
  await t.test('one', (inner) => { log.push(inner.fullName); });
  t.test('two', async () => { await null; log.push('two'); });
  t.diagnostic('note');
  log.push('end of nested');
});
describe('suite', () => {
  before(() => { log.push('before'); });
  beforeEach(() => { log.push('beforeEach'); });
  afterEach(() => { log.push('afterEach'); });
  after(() => { log.push('after'); });
  it('in it', () => { log.push('in it'); });
  describe('deeper', () => { it('below', () => { log.push('below'); }); });
  it.skip('skipped', () => { log.push('never'); });
  it.todo('to do', () => { throw new Error('later'); });
});
test('skips itself', { skip: 'why' }, () => { log.push('never'); });
test({ plan: 2 }, (t) => { t.test('only one'); });
test('asserts', { plan: 2 }, (t) => { t.assert.ok(1); t.assert.strictEqual(2, 2); assert.strictEqual(t.assert.AssertionError, undefined); });
log.push('defined');

{ // mock functions
  const add = mock.fn((a, b) => a + b);
  assert.strictEqual(add(1, 2), 3);
  add.mock.mockImplementationOnce(() => { throw new TypeError('once'); });
  assert.throws(() => add.call('self', 5), TypeError);
  assert.strictEqual(add(2, 2), 4);
  assert.deepStrictEqual(add.mock.calls.map((call) => call.arguments), [[1, 2], [5], [2, 2]]);
  assert(add.mock.calls[1].error instanceof TypeError && add.mock.calls[1].this === 'self');
  assert.strictEqual(add.mock.callCount(), 3);
  add.mock.resetCalls();
  assert.strictEqual(add.mock.callCount(), 0);
  const twice = mock.fn(() => 'original', () => 'mocked', { times: 2 });
  assert.deepStrictEqual([twice(), twice(), twice()], ['mocked', 'mocked', 'original']);
  class Base { method() { return 'base'; } }
  const object = new Base();
  const method = mock.method(object, 'method', function() { return this === object; });
  assert.strictEqual(object.method, method);
  assert.strictEqual(object.method(), true);
  mock.restoreAll();
  assert.strictEqual(object.method(), 'base');
  assert(!Object.hasOwn(object, 'method'));
  assert.strictEqual(new (mock.fn(Base))() instanceof Base, true);
  assert.throws(() => mock.method({}, 'none'), { code: 'ERR_INVALID_ARG_VALUE' });
}

test('never ends', () => new Promise(() => {}));
test('waits for it', () => { log.push('never'); });

process.on('exit', () => {
  process.stdout.write = write;
  assert.strictEqual(process.exitCode, 1, 'tests failed');
  assert.deepStrictEqual(log, [
    'defined', 'first', 'nested > one', 'end of nested', 'two', 'before', 'beforeEach', 'in it', 'afterEach', 'beforeEach', 'below', 'afterEach',
    'beforeEach', 'afterEach', 'after',
  ]);
  const results = output.split('\n').filter((line) => /^ *(not )?ok|^1\.\./.test(line));
  assert.deepStrictEqual(results, [
    'ok 1 - first', 'not ok 2 - fails', 'ok 3 - callback', '    ok 1 - one', '    ok 2 - two', 'ok 4 - nested', '    ok 1 - in it',
    '        ok 1 - below', '    ok 2 - deeper', '    ok 3 - skipped # SKIP', '    not ok 4 - to do # TODO', 'ok 5 - suite', 'ok 6 - skips itself # SKIP why',
    '    ok 1 - only one', 'not ok 7 - <anonymous>', 'ok 8 - asserts', 'not ok 9 - never ends', 'not ok 10 - waits for it',
    '1..10',
  ]);
  assert.match(output, /not ok 2 - fails\n {2}Error: reason\n/);
  assert.match(output, /^# note$/m);
  process.exitCode = 0;
});
