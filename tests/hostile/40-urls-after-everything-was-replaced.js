// URL and URLSearchParams are looked at for the first time after the program replaced every method, put setters on indices and on the names
// of descriptors' fields, and deleted every other global.
const world = globalThis;
const { Reflect, Symbol, console } = world;
const { log } = console;
log('ready');
const { defineProperty, deleteProperty, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect;
let called = 0;
const evil = () => { called++; throw 'a replaced method was called'; };
const accessor = { __proto__: null, get: evil, set: evil, configurable: true };
const names = ['Array', 'Object', 'Boolean', 'Date', 'Error', 'Function', 'Map', 'Number', 'Promise', 'RegExp', 'Set', 'String', 'Symbol', 'TypeError', 'WeakMap', 'Int32Array', 'Uint8Array'];
const prototypes = [getPrototypeOf(Int32Array.prototype)];
for (let i = 0; i < names.length; i++) prototypes[i + 1] = world[names[i]].prototype;
const replaceAll = (prototype) => {
  const keys = ownKeys(prototype);
  for (let i = 0; i < keys.length; i++) {
    const { configurable, value } = getOwnPropertyDescriptor(prototype, keys[i]);
    if (!configurable || keys[i] === 'constructor' || keys[i] === 'name' || keys[i] === 'message') continue;
    defineProperty(prototype, keys[i], typeof value === 'function' ? { __proto__: null, value: evil, configurable: true } : accessor);
  }
};
const globals = ownKeys(world);
for (let i = 2; i < prototypes.length; i++) replaceAll(prototypes[i]);
replaceAll(prototypes[0]);
replaceAll(prototypes[1]);
const fields = ['get', 'set', 'value', 'enumerable', 'writable', 'href', 'kind', 'path', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '64'];
for (let i = 0; i < fields.length; i++) {
  defineProperty(prototypes[2], fields[i], accessor);
  defineProperty(prototypes[1], fields[i], accessor);
}
defineProperty(prototypes[12], Symbol.replace, accessor);
defineProperty(prototypes[12], Symbol.split, accessor);
for (let i = 0; i < globals.length; i++) if (globals[i] !== 'URL' && globals[i] !== 'URLSearchParams') deleteProperty(world, globals[i]);

const url = new URL(' HTTPS://us er:p@EXAMPLE.com:443/a/b/../ü%20\t?x=1&y=%C3%A9+2&z=%ff#f ');
log(`${url.href} ${url.origin} ${url.username} ${url.port} ${url.pathname} ${url.search} ${url.hash}`);
log(`${new URL('../x', 'http://127.1:81/a/b/c').href} ${new URL('http://[1::0:2.3.4.5]/').host} ${new URL('file:c|/x').href} ${URL.parse('bad')} ${URL.canParse('x:')}`);
url.host = 'ß.de:8';
url.pathname = 'ä/./b';
url.protocol = 'http';
url.hash = '';
const params = url.searchParams;
log(`${params.get('y')} ${params.get('z')} ${params.has('x', '1')} ${params.size}`);
params.append('k', 'a b');
params.set('x', '3');
params.delete('z');
params.sort();
log(`${url.href} ${params}`);
const all = params.getAll('k');
log(`${all.length} ${all[0]}`);
const steps = params.entries();
for (let step = steps.next(); !step.done; step = steps.next()) log(`${step.value[0]}: ${step.value[1]}`);
params.forEach((value, name) => log(`${name} = ${value}`));
log(`${new URLSearchParams('?a=%zz&b=%E4%BD%A0')} ${new URLSearchParams({ a: 1, b: 2 })}`);
try { new URL('no'); } catch (error) { log(`${error.code} ${error.input}`); }
try { params.append('x'); } catch (error) { log(`${error.code}`); }
log(`called ${called}`);
