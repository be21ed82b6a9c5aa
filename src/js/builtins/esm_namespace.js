// Module namespace objects (ECMA-262, 10.4.6). A program gets a Proxy, which can do exactly what the specification says: live values,
// properties that look writable and are not, a ReferenceError for what is not initialised. That costs 33 ns for each access, measured; so
// code written `import * as ns`, whose `ns.name` the transform sees, reads from a second object, the same names behind getters, which the
// engine inlines (below 1 ns). That object is seen only as `this` of a function called as `ns.name()`.
'use strict';

const {
  ArrayPrototypeSort, ObjectCreate, ObjectDefineProperty, ObjectGetOwnPropertyDescriptor, ObjectHasOwn, ObjectIs, ObjectPreventExtensions,
  ObjectSetPrototypeOf, Proxy, ReflectGet, ReflectGetOwnPropertyDescriptor, ReflectHas, SafeWeakSet, SymbolToStringTag, bareArray,
} = primordials;

const namespaces = new SafeWeakSet();

// To everything that looks through proxies, a namespace is none.
const { proxyTarget } = native;
native.proxyTarget = (value) => (namespaces.has(value) ? undefined : proxyTarget(value));
native.isModuleNamespace = (value) => namespaces.has(value);

const tag = { __proto__: null, value: 'Module', writable: false, enumerable: false, configurable: false };

// The traps of all namespaces; each has a handler of its own with `names` and `cells`. A trap that is missing is not looked for where a
// program could put one.
const traps = {
  __proto__: null,

  get(target, key) {
    if (typeof key === 'symbol') return ReflectGet(target, key);
    const cell = this.cells[key];
    return cell === undefined ? undefined : cell.v;
  },

  set() {
    return false;
  },

  getOwnPropertyDescriptor(target, key) {
    if (typeof key === 'symbol') return ReflectGetOwnPropertyDescriptor(target, key);
    const cell = this.cells[key];
    return cell === undefined ? undefined :
      { __proto__: null, value: cell.v, writable: true, enumerable: true, configurable: false };
  },

  // Allowed when it would change nothing.
  defineProperty(target, key, wanted) {
    const current = this.getOwnPropertyDescriptor(target, key);
    if (current === undefined) return false;
    const same = (field) => !ObjectHasOwn(wanted, field) || wanted[field] === current[field];
    return !ObjectHasOwn(wanted, 'get') && !ObjectHasOwn(wanted, 'set') && same('writable') && same('enumerable') && same('configurable') &&
      (!ObjectHasOwn(wanted, 'value') || ObjectIs(wanted.value, current.value));
  },

  has(target, key) {
    return ReflectHas(target, key);
  },

  deleteProperty(target, key) {
    return !ReflectHas(target, key);
  },

  ownKeys() {
    const { names } = this;
    const keys = bareArray();
    for (let i = 0; i < names.length; i++) keys[i] = names[i];
    keys[keys.length] = SymbolToStringTag;
    return keys;
  },

  setPrototypeOf(target, prototype) {
    return prototype === null;
  },
};

function getterOf(cell) {
  const own = ObjectGetOwnPropertyDescriptor(cell, 'v');
  return own !== undefined && ObjectHasOwn(own, 'get') ? own.get : () => cell.v;
}

class Namespace {
  constructor(names, cells) {
    const target = ObjectCreate(null);
    for (let i = 0; i < names.length; i++) {
      ObjectDefineProperty(target, names[i], { __proto__: null, value: undefined, writable: true, enumerable: true, configurable: false });
    }
    ObjectDefineProperty(target, SymbolToStringTag, tag);
    ObjectPreventExtensions(target);
    this.names = names;
    this.cells = cells;
    const handler = ObjectCreate(traps);
    handler.names = names;
    handler.cells = cells;
    this.namespace = new Proxy(target, handler);
    this.made = null;
    this.required = null;
    namespaces.add(this.namespace);
  }

  get direct() {
    if (this.made === null) {
      const { names, cells } = this;
      const made = ObjectCreate(null);
      for (let i = 0; i < names.length; i++) {
        ObjectDefineProperty(made, names[i], { __proto__: null, get: getterOf(cells[names[i]]), enumerable: true, configurable: false });
      }
      ObjectDefineProperty(made, SymbolToStringTag, tag);
      this.made = ObjectPreventExtensions(made);
    }
    return this.made;
  }

  // What require() gives: the export called `module.exports`, if there is one. To a namespace with a default export it adds __esModule, by
  // which transpiled programs know what they got.
  get forRequire() {
    const { names, cells } = this;
    if (cells['module.exports'] !== undefined) return cells['module.exports'].v;
    if (cells.default === undefined || cells.__esModule !== undefined) return this.namespace;
    if (this.required === null) {
      const more = ObjectCreate(null);
      const all = bareArray();
      for (let i = 0; i < names.length; i++) {
        more[names[i]] = cells[names[i]];
        all[i] = names[i];
      }
      more.__esModule = { __proto__: null, v: true };
      all[all.length] = '__esModule';
      this.required = makeNamespace(all, more).namespace;
    }
    return this.required;
  }
}

ObjectSetPrototypeOf(Namespace.prototype, null); // setters that a program plants on Object.prototype stay out

/// `cells`: an object without prototype that has a cell for each of `names`, which are put in order. { namespace, direct }: see above.
function makeNamespace(names, cells) {
  return new Namespace(ArrayPrototypeSort(names), cells);
}

module.exports = { makeNamespace };
