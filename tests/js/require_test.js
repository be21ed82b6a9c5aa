// The CommonJS loader: resolution, package.json, cache, cycles, errors, and node:module. Fixtures are in
// fixtures/require.
'use strict';
const assert = require('node:assert');
const path = require('node:path');
const Module = require('node:module');

const root = path.join(__dirname, 'fixtures', 'require');
const at = (...parts) => path.join(root, ...parts);
const load = Module.createRequire(at('test.js'));
const app = load('./app/probe');
const inNode = Boolean(process.versions?.v8);

function failure(fn) {
  try {
    fn();
  } catch (error) {
    return error;
  }
  throw new Error(`did not throw: ${fn}`);
}

{ // what a module sees
  assert.strictEqual(require.main, module);
  assert.strictEqual(module.id, '.');
  assert.strictEqual(module.filename, __filename);
  assert.strictEqual(path.dirname(__filename), __dirname);
  assert.strictEqual(module.loaded, false);
  assert.strictEqual(this, module.exports);
  const plain = load('./plain');
  assert.deepStrictEqual(plain, { name: 'plain', filename: at('plain.js'), dirname: root, self: true });
  const record = require.cache[at('plain.js')];
  assert.strictEqual(record.exports, plain);
  assert.strictEqual(record.loaded, true);
  assert.strictEqual(record.id, at('plain.js'));
  assert.deepStrictEqual(record.children, []);
  assert.strictEqual(record.paths[0], at('node_modules'));
  assert.strictEqual(app.module.require('./inner'), 'inner');
  assert.ok(app.module.children.includes(require.cache[at('app/inner.js')]));
  assert.strictEqual(require.cache[at('app/inner.js')].parent, app.module);
  assert.ok(app.module instanceof Module);
}

{ // files, extensions, directories
  for (const [request, expected] of [
    ['./plain.js', load('./plain')], ['./data', { answer: 42 }], ['./data.json', { answer: 42 }],
    ['./bom.json', { bom: true }],
    ['./bom', 'bom'], ['./hashbang', 'hashbang'], ['./common.cjs', 'cjs'],
    ['./text.weird', 'any extension is JavaScript'],
    ['./dir', 'dir file'], ['./dir/', 'dir index'], ['./dir_json', { index: 'json' }], ['./with_main', 'main entry'],
    ['./main_dir', 'main directory'], ['./main_gone', 'fallback index'], ['./app/..//dir/.', 'dir index'],
    [at('dir.js'), 'dir file'], ['./esm_package/fine.cjs', 'cjs inside an ES package'],
  ]) assert.deepStrictEqual(load(request), expected, request);
  assert.strictEqual(load('./linked'), load('./plain'), 'a link is the module it points to');
  assert.strictEqual(load.resolve('./linked'), at('plain.js'));
  assert.throws(() => load('./common'), { code: 'MODULE_NOT_FOUND' });
}

{ // node_modules
  assert.strictEqual(load('simple'), 'outer simple');
  assert.strictEqual(app.require('simple'), 'inner simple');
  assert.strictEqual(app.require('simple/sub/x'), 'simple sub');
  assert.strictEqual(app.require('outer_only'), 'a file in node_modules');
  assert.strictEqual(load('./app/nested/probe').require('simple'), 'inner simple');
}

{ // "exports", "imports", self-reference
  for (const [request, expected] of [
    ['@scope/pkg', 'scoped main'], ['@scope/pkg/feature', 'feature'], ['@scope/pkg/one', 'lib one'],
    ['@scope/pkg/sub/two', 'lib sub two'], ['@scope/pkg/d.json', { d: 1 }], ['@scope/pkg/list', 'feature'],
    ['string_exports', 'string exports'], ['app', 'app itself'], ['#inner', 'inner'], ['#inner/one', 'deep one'],
    ['#dep', 'inner simple'], ['#cond', 'inner'],
  ]) assert.deepStrictEqual(app.require(request), expected, request);
  for (const [request, code] of [
    ['@scope/pkg/internal/secret', 'ERR_PACKAGE_PATH_NOT_EXPORTED'],
    ['string_exports/other.js', 'ERR_PACKAGE_PATH_NOT_EXPORTED'],
    ['@scope/pkg/gone', 'MODULE_NOT_FOUND'], ['@scope/pkg/nothing', 'MODULE_NOT_FOUND'],
    ['@scope/pkg/evil', 'ERR_INVALID_PACKAGE_TARGET'], ['mixed', 'ERR_INVALID_PACKAGE_CONFIG'],
    ['app/inner.js', 'ERR_PACKAGE_PATH_NOT_EXPORTED'], ['#no', 'ERR_PACKAGE_IMPORT_NOT_DEFINED'],
    ['#unknown', 'ERR_PACKAGE_IMPORT_NOT_DEFINED'],
  ]) assert.strictEqual(failure(() => app.require(request)).code, code, request);
  assert.match(failure(() => app.require('string_exports/other.js')).message,
    /^Package subpath '\.\/other\.js' is not defined by "exports" in .*string_exports\/package\.json/);
}

{ // not found
  const e = failure(() => load('./missing_child'));
  assert.strictEqual(e.code, 'MODULE_NOT_FOUND');
  assert.deepStrictEqual(e.requireStack.slice(0, 1), [at('missing_child.js')]);
  assert.strictEqual(e.message, `Cannot find module './not_here'\nRequire stack:\n- ${e.requireStack.join('\n- ')}`);
  assert.throws(() => load('no-such-package'),
    { code: 'MODULE_NOT_FOUND', message: /^Cannot find module 'no-such-package'/ });
  assert.throws(() => load('./plain.js/'), { code: 'MODULE_NOT_FOUND' });
  assert.match(failure(() => load('./main_broken')).message,
    /Please verify that the package\.json has a valid "main" entry/);
  assert.throws(() => load('./bad_package'), { code: 'ERR_INVALID_PACKAGE_CONFIG' });
  assert.throws(() => load(''), { code: 'ERR_INVALID_ARG_VALUE' });
  assert.throws(() => load(5), { code: 'ERR_INVALID_ARG_TYPE' });
}

{ // cycles see what is exported so far
  const a = load('./cycle_a');
  assert.deepStrictEqual(a, { early: 'a early', seenByB: { early: 'a early' }, late: 'a late' });
}

{ // a module that throws leaves no trace and runs again
  assert.throws(() => load('./throws'), /while loading/);
  assert.strictEqual(require.cache[at('throws.js')], undefined);
  assert.throws(() => load('./throws'), /while loading/);
  assert.strictEqual(globalThis.throwsCount, 2);
}

{ // the cache is the program's to change
  const first = load('./dir/index');
  assert.ok(Object.keys(require.cache).includes(at('dir/index.js')));
  require.cache[at('dir/index.js')].exports = 'replaced';
  assert.strictEqual(load('./dir/'), 'replaced');
  delete require.cache[at('dir/index.js')];
  assert.strictEqual(load('./dir/'), first);
}

{ // syntax and JSON errors
  const e = failure(() => load('./syntax_error'));
  assert.ok(e instanceof SyntaxError);
  const json = failure(() => load('./bad.json'));
  assert.ok(json instanceof SyntaxError);
  assert.ok(json.message.startsWith(`${at('bad.json')}: `));
  assert.match(json.message, /at position 14 \(line 3 column 3\)$/);
}

{ // ES modules: their namespace; by name, by package.json, by syntax. More of it is in tests/modules.
  if (!inNode) assert.strictEqual(app.require('#builtin'), path);        // Node resolves it and then fails to load it
  for (const request of ['./module.mjs', './esm_syntax']) {
    const namespace = load(request);
    assert.strictEqual(Object.getPrototypeOf(namespace), null);
    assert.strictEqual(namespace, load(request));
  }
  assert.strictEqual(load('./module.mjs').default, 1);
  assert.throws(() => load('./esm_package'), { name: 'ReferenceError', message: /^module is not defined in ES module scope/ });
}

{ // built-ins
  assert.strictEqual(require('path'), path);
  assert.strictEqual(require('node:path'), path);
  assert.strictEqual(load('path'), path);
  assert.throws(() => require('node:nothing'), {
    code: 'ERR_UNKNOWN_BUILTIN_MODULE', message: 'No such built-in module: node:nothing',
  });
  assert.throws(() => require('nothing-built-in'), { code: 'MODULE_NOT_FOUND' });
  assert.ok(Module.builtinModules.includes('events'));
  assert.strictEqual(Module.isBuiltin('node:fs'), true);
  assert.strictEqual(Module.isBuiltin('fs'), true);
  assert.strictEqual(Module.isBuiltin('./fs'), false);
  assert.strictEqual(Module.Module, Module);
}

{ // resolve
  assert.strictEqual(load.resolve('./plain'), at('plain.js'));
  assert.strictEqual(load.resolve('path'), 'path');
  assert.strictEqual(load.resolve('node:path'), 'node:path');
  assert.strictEqual(load.resolve('simple', { paths: [at('app')] }), at('app/node_modules/simple/m.js'));
  assert.strictEqual(load.resolve('./inner', { paths: [at('app')] }), at('app/inner.js'));
  assert.throws(() => load.resolve('./inner', { paths: [at('dir')] }), { code: 'MODULE_NOT_FOUND' });
  assert.throws(() => load.resolve('./inner', { paths: 'x' }), { code: 'ERR_INVALID_ARG_VALUE' });
  assert.throws(() => load.resolve(5), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.strictEqual(load.resolve.paths('path'), null);
  assert.deepStrictEqual(load.resolve.paths('./x'), [root]);
  assert.strictEqual(load.resolve.paths('x')[0], at('node_modules'));
  assert.throws(() => Module.createRequire('relative.js'), { code: 'ERR_INVALID_ARG_VALUE' });
  assert.strictEqual(Module.createRequire(`file://${at('app')}/`)('./inner'), 'inner');
}

console.log('require ok');
