// Which specifiers mean the same module.
import './fixtures/resolve/instance.js';
import './fixtures/./resolve/../resolve/instance.js';
import './fixtures/resolve/instance.js?one';
import './fixtures/resolve/instance.js?one#fragment';
import './fixtures/resolve/%69nstance.js';
import './fixtures/resolve/link.js';
import './fixtures/resolve/instance.js?';
import 'data:text/javascript,globalThis.data = (globalThis.data ?? 0) + 1';
import 'data:text/javascript,globalThis.data = (globalThis.data ?? 0) + 1';
import 'data:text/javascript;charset=utf-8,globalThis.data = (globalThis.data ?? 0) + 1';
import 'data:text/javascript;base64,Z2xvYmFsVGhpcy5kYXRhICs9IDEwMA==';
console.log(globalThis.instances, globalThis.data);
await import(import.meta.url.replace('26-instances.js', 'fixtures/resolve/instance.js'));
await import(import.meta.resolve('./fixtures/resolve/instance.js'));
await import(`${import.meta.dirname}/fixtures/resolve/instance.js`);
console.log(globalThis.instances.length, (await import('./fixtures/resolve/a b.js')).default, (await import('./fixtures/resolve/a%20b.js')).default, (await import('./fixtures/resolve/p%25.js')).default);
