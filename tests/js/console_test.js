// What each console method writes and to which stream, as literal strings: a Console on two collecting objects.
// The global console is checked for shape only, since its output goes to the descriptors.
'use strict';
const assert = require('node:assert');

let out = '', err = '', writes = 0;
// The listener methods are there for Node, where this file must pass as well.
const sink = (write) => ({ write, once() {}, removeListener() {}, listenerCount: () => 0 });
const {
  log, info, debug, warn, error, trace, dir, dirxml, table, group, groupCollapsed, groupEnd, time, timeEnd, timeLog,
  count, countReset, assert: check,
} = new console.Console({
  stdout: sink((text) => { out += text; writes++; }),
  stderr: sink((text) => { err += text; writes++; }),
});

// The methods are used detached from here on. `body` writes exactly this, in one write per call.
function prints(body, expectedOut, expectedErr = '', calls = 1) {
  out = err = '';
  writes = 0;
  body();
  assert.strictEqual(out, expectedOut);
  assert.strictEqual(err, expectedErr);
  assert.strictEqual(writes, calls);
}

// Plain output
prints(() => log(), '\n');
prints(() => log('line', 1, 'text'), 'line 1 text\n');
prints(() => log('%s is %d%%', 'a', 5), 'a is 5%\n');
prints(() => log({ a: [1, 'x'] }, -0), "{ a: [ 1, 'x' ] } -0\n");
prints(() => log('a%', Symbol('s')), 'a% Symbol(s)\n');
prints(() => info('i'), 'i\n');
prints(() => debug('d'), 'd\n');
prints(() => dirxml({ a: 1 }, [2]), '{ a: 1 } [ 2 ]\n');
prints(() => warn('w'), '', 'w\n');
prints(() => error('e', { x: 1 }), '', 'e { x: 1 }\n');
prints(() => dir({ a: { b: 1 } }, { depth: 0 }), '{ a: [Object] }\n');
prints(() => console.timeStamp('x'), '', '', 0);

// Groups indent both streams and every line
prints(() => {
  group('G', 1);
  log('a\nb');
  group();
  error('deep');
  groupEnd();
  log('back');
  groupEnd();
  groupEnd();                                              // one too many is fine
  log('out');
}, 'G 1\n  a\n  b\n  back\nout\n', '    deep\n', 5);
prints(() => { groupCollapsed('C'); log('x'); groupEnd(); }, 'C\n  x\n', '', 2);

// Assertions
prints(() => check(true, 'no'), '', '', 0);
prints(() => check(false), '', 'Assertion failed\n');
prints(() => check(0, 'got %s', 'zero'), '', 'Assertion failed: got zero\n');
prints(() => check(null, { a: 1 }, 2), '', 'Assertion failed { a: 1 } 2\n');

// Counters
prints(() => { count(); count('x'); count('x'); countReset('x'); count('x'); },
  'default: 1\nx: 1\nx: 2\nx: 1\n', '', 4);

// Timers
out = '';
time('t');
timeLog('t', 'so far', { n: 1 });
timeEnd('t');
assert.match(out, /^t: [\d.]+m?s so far \{ n: 1 \}\nt: [\d.]+m?s\n$/);

// Trace
err = '';
trace('at %s', 'here');
assert.match(err, /^Trace: at here\n {4}at [^\n]*console_test\.js:\d+:\d+/);

// Tables
prints(() => table([{ a: 1, b: 'x' }, { a: 2, c: true }]), `\
┌─────────┬───┬─────┬──────┐
│ (index) │ a │ b   │ c    │
├─────────┼───┼─────┼──────┤
│ 0       │ 1 │ 'x' │      │
│ 1       │ 2 │     │ true │
└─────────┴───┴─────┴──────┘
`);
prints(() => table([{ a: 1, b: 2 }], ['b']), `\
┌─────────┬───┐
│ (index) │ b │
├─────────┼───┤
│ 0       │ 2 │
└─────────┴───┘
`);
prints(() => table([1, 'a', { x: 1 }]), `\
┌─────────┬───┬────────┐
│ (index) │ x │ Values │
├─────────┼───┼────────┤
│ 0       │   │ 1      │
│ 1       │   │ 'a'    │
│ 2       │ 1 │        │
└─────────┴───┴────────┘
`);
prints(() => table(new Map([['k', { a: 1 }]])), `\
┌───────────────────┬─────┬──────────┐
│ (iteration index) │ Key │ Values   │
├───────────────────┼─────┼──────────┤
│ 0                 │ 'k' │ { a: 1 } │
└───────────────────┴─────┴──────────┘
`);
prints(() => table(new Set([5])), `\
┌───────────────────┬────────┐
│ (iteration index) │ Values │
├───────────────────┼────────┤
│ 0                 │ 5      │
└───────────────────┴────────┘
`);
prints(() => table([['日本', 1]]), `\
┌─────────┬────────┬───┐
│ (index) │ 0      │ 1 │
├─────────┼────────┼───┤
│ 0       │ '日本' │ 1 │
└─────────┴────────┴───┘
`);
prints(() => table('text'), 'text\n');
assert.throws(() => table([], 5), { code: 'ERR_INVALID_ARG_TYPE' });

// What is logged cannot break logging
const hostile = new Proxy({ a: 1 }, { get() { throw new Error('trap'); }, ownKeys() { throw new Error('trap'); } });
prints(() => log(hostile), 'Proxy({ a: 1 })\n');
prints(() => log({ get a() { throw new Error('no'); } }), '{ a: [Getter] }\n');
const failing = new console.Console(sink(() => { throw new Error('closed'); }));
failing.log('x');

// The global console
for (const name of ['log', 'error', 'info', 'debug', 'dirxml', 'groupCollapsed', 'trace']) {
  assert.strictEqual(console[name].name, name);
}
assert.strictEqual(Object.prototype.toString.call(console), '[object console]');
assert.strictEqual(typeof console.Console, 'function');

{ // no method is a constructor
  for (const name of Object.keys(console)) {
    if (name !== 'Console') assert.throws(() => new console[name](), TypeError, name);
  }
}

{ // groupIndentation
  let text = '';
  const stdout = { write(chunk) { text += chunk; } };
  const indented = new console.Console({ stdout, groupIndentation: 3 });
  indented.group('a');
  indented.group();
  indented.log('b');
  indented.groupEnd();
  indented.log('c\nd');
  indented.groupEnd();
  indented.groupEnd();
  indented.log('e');
  assert.strictEqual(text, 'a\n      b\n   c\n   d\ne\n');
  for (const bad of [-1, 1001, 1.5]) assert.throws(() => new console.Console({ stdout, groupIndentation: bad }), { code: 'ERR_OUT_OF_RANGE' });
  assert.throws(() => new console.Console({ stdout, groupIndentation: '2' }), { code: 'ERR_INVALID_ARG_TYPE' });
  text = '';
  indented.table({ a: 1, b: { c: 2 } }, ['c']);
  assert(!text.includes('Values'));
  assert.throws(() => indented.time(Symbol('label')), TypeError);
}
