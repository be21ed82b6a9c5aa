// Whether a value is an error that the engine made, as util.types.isNativeError() says, and what that is found out with. By itself, as
// events and rejections ask without what else util_types.js has, which belongs to programs: they may replace it.
'use strict';

const { Error, ObjectGetPrototypeOf, ObjectPrototypeToString, ReflectGetOwnPropertyDescriptor, SymbolToStringTag, isObject } = primordials;

const isProxy = (v) => isObject(v) && native.proxyTarget(v) !== undefined;

// Follows the prototypes as long as that cannot call a trap.
const inherits = (prototype) => (v) => {
  if (!isObject(v)) return false;
  for (let o = v; o !== null && !isProxy(o);) {
    o = ObjectGetPrototypeOf(o);
    if (o === prototype) return true;
  }
  return false;
};

// True when looking up `key` from `v` could not call a getter or trap, because no object on the way has it.
const lacks = (v, key) => {
  for (let o = v; o !== null; o = ObjectGetPrototypeOf(o)) {
    if (isProxy(o) || ReflectGetOwnPropertyDescriptor(o, key) !== undefined) return false;
  }
  return true;
};

const errorByChain = inherits(Error.prototype);

// Object.prototype.toString knows the class of a value, but only an absent Symbol.toStringTag keeps it from running
// user code. With a tag in the way, an own `stack` and the prototype chain decide.
const isNativeError = (v) => {
  if (typeof v !== 'object' || v === null || isProxy(v)) return false;
  if (lacks(v, SymbolToStringTag)) return ObjectPrototypeToString(v) === '[object Error]';
  return errorByChain(v) && ReflectGetOwnPropertyDescriptor(v, 'stack') !== undefined;
};

module.exports = { inherits, isNativeError, isProxy, lacks };
