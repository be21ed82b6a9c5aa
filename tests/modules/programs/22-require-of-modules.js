// require() of an ES module.
import { createRequire } from 'node:module';
import types from 'node:util/types';
const require = createRequire(import.meta.url);
const ns = require('./fixtures/counter.js');
console.log(ns === require('./fixtures/counter.js'), Object.keys(ns), ns.count, ns.__esModule, types.isModuleNamespaceObject(ns));
ns.increment();
console.log(ns.count, (await import('./fixtures/counter.js')).count, Object.keys(await import('./fixtures/counter.js')));
console.log(Object.keys(require('./fixtures/uses.js')).length, require('./fixtures/interop/named_exports.js'), require('./fixtures/interop/has_es_module.js'));
console.log(require('./fixtures/stars/same.js') === await import('./fixtures/stars/same.js'));
const fail = (f) => { try { f(); return 'nothing'; } catch (error) { return `${error.name} ${error.code}`; } };
console.log(fail(() => require('./fixtures/tla/quick.js')), fail(() => require('./fixtures/interop/needs_await.js')), fail(() => require('./fixtures/stars/missing_import.js')),
  fail(() => require('./fixtures/interop/throws.js')), fail(() => require('./fixtures/interop/throws.js')), fail(() => require('./fixtures/jobs/bad_syntax.js')),
  fail(() => require('./22-require-of-modules.js')), fail(() => require('./fixtures/interop/missing.js')));
console.log((await import('./fixtures/tla/quick.js')).default, require('./fixtures/interop/cycle.cjs').done);
console.log(require.cache[require.resolve('./fixtures/counter.js')].exports === ns, typeof require.cache[require.resolve('./fixtures/counter.js')].loaded);
await import('./fixtures/interop/cycle_esm.js');
