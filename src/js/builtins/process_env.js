// process.env: an object whose values are texts, whatever is stored. A Proxy, as only that sees every way of storing.
'use strict';

const { ObjectHasOwn, Proxy, ReflectDefineProperty, ReflectSet, TypeError } = primordials;
const { ERR_INVALID_OBJECT_DEFINE_PROPERTY } = require('errors');

function textOf(value) {
  if (typeof value === 'symbol') throw new TypeError('Cannot convert a Symbol value to a string');
  return `${value}`;
}

function store(target, key, value) {
  textOf(key); // a symbol is no name of a variable
  return ReflectDefineProperty(target, key,
    { __proto__: null, value: textOf(value), writable: true, enumerable: true, configurable: true });
}

const attributes = ['configurable', 'writable', 'enumerable'];

const handler = {
  __proto__: null,
  set(target, key, value, receiver) {
    return receiver === env ? store(target, key, value) : ReflectSet(target, key, value, receiver);
  },
  defineProperty(target, key, descriptor) {
    if (ObjectHasOwn(descriptor, 'get') || ObjectHasOwn(descriptor, 'set')) {
      throw new ERR_INVALID_OBJECT_DEFINE_PROPERTY("'process.env' does not accept an accessor(getter/setter) descriptor");
    }
    for (let i = 0; i < attributes.length; i++) {
      if (ObjectHasOwn(descriptor, attributes[i]) && descriptor[attributes[i]]) continue;
      throw new ERR_INVALID_OBJECT_DEFINE_PROPERTY(
        "'process.env' only accepts a configurable, writable, and enumerable data descriptor");
    }
    return store(target, key, descriptor.value);
  },
};
const env = new Proxy(native.env(), handler);
native.environment = env; // for inspect

module.exports = env;
