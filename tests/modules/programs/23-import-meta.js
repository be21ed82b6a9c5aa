// import.meta, and what import.meta.resolve() says.
import { meta as other, metas } from './fixtures/resolve/meta.js';
import { meta as withQuery } from './fixtures/resolve/meta.js?query=1#hash';
const here = import.meta.dirname;
const relative = (text) => String(text).replaceAll(here, '<here>').replaceAll(here.slice(0, here.lastIndexOf('/')), '<above>');
console.log(Object.keys(import.meta), Object.getPrototypeOf(import.meta), import.meta === import.meta, import.meta === other, Object.isExtensible(import.meta));
for (const meta of [import.meta, other, withQuery]) console.log(relative(meta.url), relative(meta.filename), relative(meta.dirname), meta.main, meta.resolve.name);
console.log(metas[0] === other, metas.length, other === withQuery);
for (const specifier of ['./fixtures/empty.js', './nothing.js?a=b#c', '../up.js', '/absolute/path.js', 'fs', 'node:path', '#self', '#list/a', 'module-programs', 'data:text/javascript,1', './a b%20c.js', './\u00e9.js', './x/../y/./z.js', 'file:///x/y.js']) {
  console.log(specifier, relative(import.meta.resolve(specifier)));
}
for (const specifier of ['nowhere', 'node:nowhere', '#none', '#unknown', './a%2fb.js', 'http://example.com/x.js', 'unknown:x', '@scope', 'module-programs/none']) {
  try {
    console.log(specifier, import.meta.resolve(specifier));
  } catch (error) {
    console.log(specifier, error.name, error.code);
  }
}
import.meta.custom = 'kept';
console.log(import.meta.custom, typeof import.meta, (() => import.meta.custom)(), { meta: import.meta }.meta.custom, delete import.meta.custom, import.meta.custom);
