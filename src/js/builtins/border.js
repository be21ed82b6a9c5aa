// What the C++ side needs of JavaScript to exchange values, functions, classes and promises. Loaded with the first of them.
//
// A function of C++ is a number here: `invoke(id, self, ...arguments)` calls it. `box` is the object whose end frees that number; each wrapper
// names it so that it lives as long as the wrapper does.
'use strict';

const {
  DatePrototypeGetTime, Error, EvalError, IteratorPrototype, MapPrototypeForEach, Map, MapPrototypeSet, ObjectCreate, ObjectDefineProperty,
  ObjectGetOwnPropertyDescriptor, ObjectGetPrototypeOf, ObjectHasOwn, ObjectKeys, ObjectSetPrototypeOf, PromisePrototypeThen, RangeError, ReferenceError, ReflectApply, ReflectHas,
  StringPrototypeSlice, SymbolIterator, SyntaxError, TypeError, URIError, bareArray, isObject, restOf,
} = primordials;
const { invoke, settle, state } = native;

// C++ may have called JavaScript in turn, and that process.exit(): then nothing more of the program runs here until the engine has noticed.
const kExiting = 5; // a slot of `state`, see src/js/runtime_state.h
function leave(result) {
  while (state[kExiting] !== 0);
  return result;
}

// Concise methods: they have a `this`, and are no constructors.
const byArity = [
  (id, box) => ({ f() { return id < 0 ? box : leave(invoke(id, this)); } }).f,
  (id, box) => ({ f(a) { return id < 0 ? box : leave(invoke(id, this, a)); } }).f,
  (id, box) => ({ f(a, b) { return id < 0 ? box : leave(invoke(id, this, a, b)); } }).f,
  (id, box) => ({ f(a, b, c) { return id < 0 ? box : leave(invoke(id, this, a, b, c)); } }).f,
  (id, box) => ({ f(a, b, c, d) { return id < 0 ? box : leave(invoke(id, this, a, b, c, d)); } }).f,
];
const ofAnyArity = (id, box) => ({
  f() {
    const all = bareArray();
    all[0] = id < 0 ? box : id;
    all[1] = this;
    for (let i = 0; i < arguments.length; i++) all[i + 2] = arguments[i];
    return leave(ReflectApply(invoke, undefined, all));
  },
}).f;

function setFacts(f, name, arity) {
  ObjectDefineProperty(f, 'name', { __proto__: null, value: name, configurable: true });
  ObjectDefineProperty(f, 'length', { __proto__: null, value: arity, configurable: true });
  return f;
}

function wrap(name, arity, variadic, id, box) {
  const make = variadic || arity >= byArity.length ? ofAnyArity : byArity[arity];
  return setFacts(make(id, box), name, arity);
}

// Calls with `this` undefined, which the engine's own way in cannot say.
function plainCall(f, a, b, c, d) {
  switch (arguments.length) {
    case 1: return f();
    case 2: return f(a);
    case 3: return f(a, b);
    case 4: return f(a, b, c);
    case 5: return f(a, b, c, d);
    default: return ReflectApply(f, undefined, restOf(arguments, 1));
  }
}

// ---- Classes ----------------------------------------------------------------------------------------------------------

// `construct(prototype, ...arguments)` makes the object; without one the class cannot be constructed from here.
function defineClass(name, Base, construct, arity) {
  function Class() {
    if (new.target === undefined) throw new TypeError(`Class constructor ${name} cannot be invoked without 'new'`);
    if (construct === undefined) throw new TypeError(`${name} objects are made by the host only`);
    const { prototype } = new.target; // a class of the program that extends this one has its own
    const all = bareArray();
    for (let i = 0; i < arguments.length; i++) all[i] = arguments[i];
    return ReflectApply(construct, isObject(prototype) ? prototype : Class.prototype, all);
  }
  setFacts(Class, name, arity);
  const prototype = ObjectCreate(Base === undefined ? primordials.Object.prototype : Base.prototype);
  ObjectDefineProperty(prototype, 'constructor', { __proto__: null, value: Class, writable: true, configurable: true });
  ObjectDefineProperty(Class, 'prototype', { __proto__: null, value: prototype, writable: false });
  if (Base !== undefined) ObjectSetPrototypeOf(Class, Base);
  return Class;
}

function addValue(target, name, value) {
  ObjectDefineProperty(target, name, { __proto__: null, value, writable: true, configurable: true });
}
function addAccessor(target, name, get, set) {
  ObjectDefineProperty(target, name, { __proto__: null, get, set, enumerable: true, configurable: true });
}

// `begin` answers a function that gives [value] or undefined.
function addIterator(prototype, begin) {
  addValue(prototype, SymbolIterator, setFacts({
    f() {
      const step = ReflectApply(begin, this, []);
      let done = false;
      const iterator = ObjectCreate(IteratorPrototype);
      addValue(iterator, 'next', () => {
        const item = done ? undefined : step();
        done = item === undefined;
        return { value: done ? undefined : item[0], done };
      });
      return iterator;
    },
  }.f, '[Symbol.iterator]', 0));
}

// ---- Values -----------------------------------------------------------------------------------------------------------

// Adds keys and values, in turn, to an object, or to a new one. What a program put on Object.prototype is neither asked nor called.
function objectOf(object) {
  object ??= {};
  for (let i = 1; i < arguments.length; i += 2) {
    const key = arguments[i];
    if (ReflectHas(object, key)) show(object, key, arguments[i + 1]);
    else object[key] = arguments[i + 1];
  }
  return object;
}

function mapOf(map) {
  map ??= new Map();
  for (let i = 1; i < arguments.length; i += 2) MapPrototypeSet(map, arguments[i], arguments[i + 1]);
  return map;
}

// The value of an own data property, without running any code of the program; undefined when there is none.
function ownValue(object, key) {
  const own = ObjectGetOwnPropertyDescriptor(object, key);
  return own !== undefined && ObjectHasOwn(own, 'value') ? own.value : undefined;
}
const isProxy = (value) => native.proxyTarget(value) !== undefined;

// Undefined for what is no Map.
function entriesOf(map) {
  const entries = bareArray();
  try {
    MapPrototypeForEach(map, (value, key) => {
      entries[entries.length] = key;
      entries[entries.length] = value;
    });
  } catch {
    return undefined;
  }
  return entries;
}

// What a value is, for `expected ..., got ...`.
function describe(value) {
  if (value === null) return 'null';
  if (typeof value === 'string') {
    const text = value.length > 40 ? `${StringPrototypeSlice(value, 0, 40)}...` : value;
    return `the string ${primordials.JSONStringify(text)}`;
  }
  if (typeof value === 'number' || typeof value === 'boolean') return `the ${typeof value} ${value}`;
  if (typeof value === 'bigint') return `the bigint ${primordials.String(value)}n`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol') return 'a symbol';
  if (value === undefined) return 'undefined';
  if (isProxy(value)) return 'a Proxy';
  if (primordials.ArrayIsArray(value)) return 'an array';
  const holder = ObjectGetPrototypeOf(value) ?? value;
  const own = isProxy(holder) ? undefined : ownValue(holder, 'constructor');
  const name = typeof own === 'function' && !isProxy(own) ? ownValue(own, 'name') : undefined;
  return typeof name === 'string' && name !== '' && name !== 'Object' ? `an object of class ${name}` : 'an object';
}

// The name of a function, for people, without running any of its code.
function nameOf(f) {
  const name = isProxy(f) ? undefined : ownValue(f, 'name');
  return typeof name === 'string' && name !== '' ? StringPrototypeSlice(name, 0, 100) : 'a function';
}

// ---- Errors -----------------------------------------------------------------------------------------------------------

const errorTypes = { __proto__: null, Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

function makeError(name, message, code, id, exception, cause) {
  const error = new (errorTypes[name] ?? Error)(message);
  if (errorTypes[name] === undefined && name !== '') hide(error, 'name', name);
  show(error, 'code', code);
  show(error, 'correlationId', id);
  if (exception !== '') hide(error, 'exception', exception);
  if (cause !== undefined) hide(error, 'cause', cause);
  return error;
}
function show(object, key, value) {
  ObjectDefineProperty(object, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
}
function hide(object, key, value) {
  ObjectDefineProperty(object, key, { __proto__: null, value, writable: true, configurable: true });
}

// The `cause` of an error without running any of its code; undefined when there is none.
function causeOf(error) {
  return isObject(error) && !isProxy(error) ? ownValue(error, 'cause') : undefined;
}

// ---- Promises ---------------------------------------------------------------------------------------------------------

// Whether resolving a promise with this object may run code of the program: it has a `then`, or a Proxy in its chain would be asked.
function mayBeThenable(value) {
  for (let at = value; at !== null; at = ObjectGetPrototypeOf(at)) if (isProxy(at) || ObjectHasOwn(at, 'then')) return true;
  return false;
}

// As `await` would: one job when the promise is settled, and C++ hears of it in that job.
function tellWhenSettled(promise, id) {
  PromisePrototypeThen(promise, (value) => leave(settle(id, true, value)), (reason) => leave(settle(id, false, reason)));
}

module.exports = {
  addAccessor, addIterator, addValue, causeOf, dateOf: DatePrototypeGetTime, defineClass, describe, entriesOf, has: ReflectHas, keysOf: ObjectKeys, makeError, mapOf, mayBeThenable, nameOf,
  objectOf, plainCall, tellWhenSettled, wrap,
};
