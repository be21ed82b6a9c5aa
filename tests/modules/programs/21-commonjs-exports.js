// CommonJS modules imported: the whole as default, and the names that their text shows.
import whole, { a, b, method } from './fixtures/interop/plain.cjs';
import * as ns from './fixtures/interop/plain.cjs';
import fn, { extra } from './fixtures/interop/function.cjs';
import * as literal from './fixtures/interop/literal.cjs';
import * as transpiled from './fixtures/interop/transpiled.cjs';
import * as reexporting from './fixtures/interop/reexporting.cjs';
import primitive from './fixtures/interop/primitive.cjs';
import { 'module.exports' as exported } from './fixtures/interop/plain.cjs';
import * as forms from './fixtures/interop/forms.cjs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
console.log(whole, a, b, method(), Object.keys(ns), ns.default === whole, exported === whole, whole === require('./fixtures/interop/plain.cjs'));
console.log(fn(), fn.extra, extra, primitive);
console.log(Object.keys(literal), Object.keys(transpiled), transpiled.default, transpiled.__esModule);
console.log(Object.keys(reexporting), reexporting.a, Object.keys(forms));
whole.a = 'changed later';
console.log(a, ns.a, whole.a);
await import('./fixtures/interop/throws.cjs').catch((error) => console.log(error.message));
await import('./fixtures/interop/throws.cjs').catch((error) => console.log(error.message, globalThis.runs));
await import('./fixtures/interop/missing_name.js').catch((error) => console.log(error.name));
console.log((await import('./fixtures/interop/imports_esm.cjs')).default, (await import('./fixtures/interop/uses_import.cjs')).result instanceof Promise);
console.log(await (await import('./fixtures/interop/uses_import.cjs')).result);
