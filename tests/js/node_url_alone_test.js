// node:url in a program that has asked for nothing else yet: what it needs itself, it loads.
'use strict';
const { fileURLToPath, pathToFileURL } = require('node:url');
const posix = pathToFileURL('/a b/c').href;
const windows = pathToFileURL('C:\\a b\\c', { windows: true }).href;
const back = fileURLToPath('file:///a%20b/c');

const assert = require('node:assert');
assert.strictEqual(posix, 'file:///a%20b/c');
assert.strictEqual(windows, 'file:///C:/a%20b/c');
assert.strictEqual(back, '/a b/c');
