// node:path: POSIX and Windows. Tables of [arguments..., result]; a trailing comment names what is special.
'use strict';
const assert = require('node:assert');
const path = require('node:path');
const { posix, win32 } = path;

function table(flavour, name, rows) {
  const fn = flavour[name];
  for (const row of rows) {
    const args = row.slice(0, -1);
    assert.deepStrictEqual(fn(...args), row[row.length - 1],
      `${flavour === win32 ? 'win32' : 'posix'}.${name}(${JSON.stringify(args)})`);
  }
}

assert.strictEqual(path.posix, path);
assert.strictEqual(path.sep, '/');
assert.strictEqual(path.delimiter, ':');
assert.strictEqual(win32.sep, '\\');
assert.strictEqual(win32.delimiter, ';');
assert.strictEqual(win32.posix, posix);
assert.strictEqual(win32.win32, win32);

table(posix, 'normalize', [
  ['', '.'], ['./fixtures///b/../b/c.js', 'fixtures/b/c.js'], ['/a/../../b', '/b'], ['a//b//../b', 'a/b'],
  ['../a/..', '..'],
  ['a/..', '.'], ['a/', 'a/'], ['./', './'], ['//a', '/a'], ['...', '...'], ['/', '/'], ['../../x/', '../../x/'],
  ['a/../', './'],
  // Paths in which nothing is to be done, and those that only look like it.
  ['/a/b', '/a/b'], ['a', 'a'], ['/a/b/', '/a/b/'], ['.a/b', '.a/b'], ['a/.b/..c', 'a/.b/..c'], ['/a/.', '/a'], ['/.', '/'], ['a./b..', 'a./b..'],
]);
table(posix, 'join', [
  ['.'], ['', '.'], ['a', '', 'b', 'a/b'], ['a', '../b', 'b'], ['/a', '../..', '/'], ['a/', '/b', 'a/b'],
  ['', '/x', '/x'],
  ['a', 'b', '..', '..', '..', '..'],
]);
table(posix, 'resolve', [
  ['/a', 'b', '/a/b'], ['/a', '/b', 'c', '/b/c'], ['/a/b', '..', '/a'], ['/a', '', '.', '/a'], ['/', '..', '/'],
  ['/a//b/', '/a/b'],
]);
assert.strictEqual(path.resolve(), process.cwd());
assert.strictEqual(path.resolve('x'), path.join(process.cwd(), 'x'));
table(posix, 'relative', [
  ['/a/b/c', '/a/b/d', '../d'], ['/a', '/a', ''], ['/a', '/a/b/c', 'b/c'], ['/a/b', '/', '../..'], ['/', '/a', 'a'],
  ['/foo/bar', '/foo/bar-baz', '../bar-baz'], ['a/b', 'a/c', '../c'],
]);
table(posix, 'dirname', [
  ['/a/b/', '/a'], ['/a/b', '/a'], ['/a', '/'], ['', '.'], ['/', '/'], ['a', '.'], ['a/b//', 'a'], ['//a', '//'],
  ['a//b', 'a/'], ['///', '/'], ['a/', '.'], ['/a/b/c//', '/a/b'],
]);
table(posix, 'basename', [
  ['/a/b.js', 'b.js'], ['/a/b.js', '.js', 'b'], ['/a/b/', 'b'], ['.js', '.js', ''], ['a/.js', '.js', '.js'], ['', ''],
  ['aaa', 'a', 'aa'], ['a/b', 'b', 'b'], ['\\a', '\\a'],
  ['/', ''], ['///', ''], ['a//', 'a'], ['//a', 'a'], ['a', 'a'],
]);
table(posix, 'extname', [
  ['a.js', '.js'], ['.bashrc', ''], ['a.', '.'], ['a.b.c', '.c'], ['a.b/c', ''], ['..', ''], ['a/..', ''],
  ['.a.b', '.b'], ['a.js/', '.js'],
  ['', ''],
]);
table(posix, 'isAbsolute', [['/a', true], ['a', false], ['', false], ['./a', false]]);
table(posix, 'parse', [
  ['/home/u/file.txt', { root: '/', dir: '/home/u', base: 'file.txt', ext: '.txt', name: 'file' }],
  ['./a/b', { root: '', dir: './a', base: 'b', ext: '', name: 'b' }],
  ['/', { root: '/', dir: '/', base: '', ext: '', name: '' }],
  ['/a', { root: '/', dir: '/', base: 'a', ext: '', name: 'a' }],
  ['.x', { root: '', dir: '', base: '.x', ext: '', name: '.x' }],
  ['', { root: '', dir: '', base: '', ext: '', name: '' }],
]);
table(posix, 'format', [
  [{ dir: '/a', base: 'b' }, '/a/b'], [{ root: '/', base: 'b' }, '/b'], [{ name: 'x', ext: 'js' }, 'x.js'],
  [{ dir: '/', root: '/', name: 'x', ext: '.js' }, '/x.js'], [{}, ''],
]);
assert.strictEqual(posix.toNamespacedPath('/a'), '/a');

table(win32, 'normalize', [
  ['C:\\a\\..\\b', 'C:\\b'], ['c:/a/./b/', 'c:\\a\\b\\'], ['\\\\server\\share\\a\\..', '\\\\server\\share\\'],
  ['C:', 'C:.'], ['C:..\\a', 'C:..\\a'],
  ['/a/b', '\\a\\b'], ['', '.'], ['C:\\..\\..', 'C:\\'],
]);
table(win32, 'join', [
  ['C:\\a', '..', 'b', 'C:\\b'], ['//server', 'share', '\\\\server\\share\\'], ['/', '/a', '\\a'],
  ['a', '/b', 'a\\b'], ['.'],
]);
table(win32, 'resolve', [
  ['c:\\a', 'b', 'c:\\a\\b'], ['c:\\a', 'd:\\b', 'd:\\b'], ['c:\\a', '\\b', 'c:\\b'],
  ['\\\\server\\share', '..', 'x', '\\\\server\\share\\x'],
  ['c:/a', 'c:b', 'c:\\a\\b'],
]);
table(win32, 'relative', [
  ['C:\\a\\b', 'C:\\a\\c', '..\\c'], ['c:\\a', 'C:\\A\\b', 'b'], ['C:\\a', 'D:\\b', 'D:\\b'],
  ['\\\\s\\x\\a', '\\\\s\\x\\b', '..\\b'],
]);
table(win32, 'dirname', [
  ['C:\\a\\b', 'C:\\a'], ['C:\\', 'C:\\'], ['C:a', 'C:'], ['\\\\server\\share', '\\\\server\\share'],
  ['\\\\server\\share\\a', '\\\\server\\share\\'], ['a', '.'],
]);
table(win32, 'basename', [['C:\\a\\b.html', '.html', 'b'], ['C:a', 'a'], ['a/b\\c', 'c']]);
table(win32, 'extname', [['C:\\a.b\\c', ''], ['a.js', '.js']]);
table(win32, 'isAbsolute', [['C:\\', true], ['C:', false], ['\\a', true], ['//s', true], ['a', false]]);
table(win32, 'parse', [
  ['C:\\a\\b.txt', { root: 'C:\\', dir: 'C:\\a', base: 'b.txt', ext: '.txt', name: 'b' }],
  ['\\\\s\\x\\f', { root: '\\\\s\\x\\', dir: '\\\\s\\x\\', base: 'f', ext: '', name: 'f' }],
  ['C:', { root: 'C:', dir: 'C:', base: '', ext: '', name: '' }],
]);
table(win32, 'format', [[{ dir: 'C:\\a', name: 'b', ext: '.c' }, 'C:\\a\\b.c']]);
table(win32, 'toNamespacedPath', [['C:\\a', '\\\\?\\C:\\a'], ['\\\\s\\x\\a', '\\\\?\\UNC\\s\\x\\a'], ['', '']]);

for (const name of ['normalize', 'isAbsolute', 'dirname', 'basename', 'extname', 'parse', 'join', 'resolve']) {
  for (const flavour of [posix, win32]) assert.throws(() => flavour[name](5), { code: 'ERR_INVALID_ARG_TYPE' }, name);
}
assert.throws(() => path.format(null), { code: 'ERR_INVALID_ARG_TYPE' });
assert.throws(() => path.relative('a', 5),
  { message: 'The "to" argument must be of type string. Received type number (5)' });
console.log('path ok');
