// What `showHidden` adds for instances of a program's own classes: the accessors and values of their prototypes, methods left out.
'use strict';

const {
  ArrayPrototypeIncludes, ArrayPrototypePush, FunctionPrototypeToString, ObjectGetOwnPropertyDescriptor, ObjectHasOwn, ReflectOwnKeys,
  StringPrototypeEndsWith,
} = primordials;
const { isData, prototypeOf, unwrapProxy } = require('inspect_kind');

const kLevelsMax = 3; // further up it is a framework that is shown, not the value

// The prototype of a class of the language or the host.
function isNative(prototype) {
  const constructor = ObjectGetOwnPropertyDescriptor(prototype, 'constructor')?.value;
  if (typeof constructor !== 'function' || unwrapProxy(constructor) !== constructor) return constructor === undefined;
  return StringPrototypeEndsWith(FunctionPrototypeToString(constructor), '[native code]\n}');
}

/// [key, descriptor, key, descriptor, ...], each key once.
function prototypeProperties(object) {
  const found = [];
  const names = [];
  let prototype = prototypeOf(object);
  for (let level = 0; level < kLevelsMax && prototype !== null && !isNative(prototype); level++) {
    const keys = ReflectOwnKeys(prototype);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i];
      if (key === 'constructor' || ObjectHasOwn(object, key) || ArrayPrototypeIncludes(names, key)) continue;
      const descriptor = ObjectGetOwnPropertyDescriptor(prototype, key);
      if (descriptor === undefined || (isData(descriptor) && typeof descriptor.value === 'function')) continue;
      ArrayPrototypePush(names, key);
      ArrayPrototypePush(found, key, descriptor);
    }
    prototype = prototypeOf(prototype);
  }
  return found;
}

module.exports = { prototypeProperties };
