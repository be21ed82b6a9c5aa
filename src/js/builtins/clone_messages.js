// DataCloneError, and how it names what could not be cloned. Nothing of the program runs for that.
'use strict';

const {
  ArrayIsArray, FunctionPrototypeToString, ObjectGetOwnPropertyDescriptor, ObjectHasOwn, ObjectPrototypeToStringItself, String, SymbolToStringTag,
} = primordials;

function dataCloneError(message) {
  const { DOMException } = require('dom_exception');
  return new DOMException(message, 'DataCloneError');
}

// The value of a data property of `object` or of what it inherits from.
function dataProperty(object, key) {
  const { prototypeOf } = require('inspect_kind');
  for (let at = object; at !== null; at = prototypeOf(at)) {
    const found = ObjectGetOwnPropertyDescriptor(at, key);
    if (found !== undefined) return ObjectHasOwn(found, 'value') ? found.value : undefined;
  }
  return undefined;
}

// As Node does: the text of a function, #<Class> for what prints as an object does, else [object Tag].
function describe(value) {
  if (typeof value === 'symbol') return String(value);
  const { constructorName, unwrapProxy } = require('inspect_kind');
  const object = unwrapProxy(value);
  if (object === null) return 'null'; // a revoked proxy
  if (typeof object === 'function') return FunctionPrototypeToString(object);
  const name = constructorName(object);
  const plain = dataProperty(object, 'toString') === ObjectPrototypeToStringItself;
  if (plain && name !== null && name !== 'Object') return `#<${name}>`;
  const tag = dataProperty(object, SymbolToStringTag);
  if (typeof tag === 'string' && tag !== '') return `[object ${tag}]`;
  if (plain) return '#<Object>';
  return ArrayIsArray(object) ? '[object Array]' : '[object Object]';
}

const uncloneable = (value) => dataCloneError(`${describe(value)} could not be cloned.`);

module.exports = { dataCloneError, uncloneable };
