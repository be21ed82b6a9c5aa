// Module namespace objects: their keys, attributes and refusals.
import * as ns from './fixtures/namespace.js';
import * as again from './fixtures/namespace.js';
import * as empty from './fixtures/empty.js';
import types from 'node:util/types';

const attempt = (f) => {
  try {
    return f();
  } catch (error) {
    return error.name;
  }
};
const other = await import('./fixtures/namespace.js');
console.log(ns === again, ns === other, typeof ns, Object.getPrototypeOf(ns), Object.isExtensible(ns), Object.isSealed(ns), Object.isFrozen(ns));
console.log(Object.keys(ns), Reflect.ownKeys(ns), Object.prototype.toString.call(ns));
console.log(Object.entries(ns).map(([key, value]) => `${key}=${typeof value}`).join());
for (const object of [ns, other]) {
  console.log(Object.getOwnPropertyDescriptor(object, 'a'), Object.getOwnPropertyDescriptor(object, Symbol.toStringTag), Object.getOwnPropertyDescriptor(object, 'none'));
  console.log(Reflect.set(object, 'a', 2), Reflect.set(object, 'b', 2), Reflect.deleteProperty(object, 'a'), Reflect.deleteProperty(object, 'none'),
    Reflect.deleteProperty(object, Symbol.toStringTag), Reflect.deleteProperty(object, Symbol('none')));
  console.log(Reflect.defineProperty(object, 'a', { value: 1 }), Reflect.defineProperty(object, 'a', { value: 1, writable: true, enumerable: true, configurable: false }),
    Reflect.defineProperty(object, 'a', { value: 2 }), Reflect.defineProperty(object, 'a', { configurable: true }), Reflect.defineProperty(object, 'a', { enumerable: false }),
    Reflect.defineProperty(object, 'a', { get() {} }), Reflect.defineProperty(object, 'a', {}), Reflect.defineProperty(object, 'none', { value: 1 }));
  console.log(Reflect.setPrototypeOf(object, null), Reflect.setPrototypeOf(object, {}), Reflect.preventExtensions(object), attempt(() => Object.freeze(object)),
    attempt(() => Object.seal(object) === object));
  console.log('a' in object, 'none' in object, Symbol.toStringTag in object, object.none, object[Symbol.iterator], `${Object.prototype.hasOwnProperty.call(object, 'a')}`);
}
console.log(attempt(() => { ns.a = 5; }), attempt(() => { other.a = 5; }), attempt(() => { delete ns.a; }), attempt(() => { ns.none = 1; }), attempt(() => { delete other.a; }));
console.log(ns.a, ns['b'], ns.default, ns[Symbol.toStringTag], { ...ns }.a, Object.assign({}, other).b);
const seen = [];
for (const key in ns) seen.push(key);
console.log(seen, JSON.stringify(ns), types.isModuleNamespaceObject(ns), types.isModuleNamespaceObject(other), types.isModuleNamespaceObject({}), types.isProxy(ns));
console.log(Object.keys(empty), ns);
console.log(ns.method(), (0, ns.strictThis)());
const { a, ...rest } = ns;
console.log(a, Object.keys(rest));
