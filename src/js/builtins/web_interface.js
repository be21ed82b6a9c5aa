// What WebIDL asks of every interface object, and how Node shows instances.
'use strict';

const {
  ObjectDefineProperty, ObjectGetOwnPropertyDescriptor, ReflectOwnKeys, SymbolToStringTag,
} = primordials;

// Class members are not enumerable, WebIDL's are. Those named by a symbol stay hidden, and so do the private ones.
function makeEnumerable(object) {
  const keys = ReflectOwnKeys(object);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i];
    if (typeof key === 'symbol' || key === 'constructor') continue;
    const { configurable } = ObjectGetOwnPropertyDescriptor(object, key);
    if (configurable && !(typeof object === 'function' && (key === 'length' || key === 'name')))
      ObjectDefineProperty(object, key, { __proto__: null, enumerable: true });
  }
}

function defineInterface(Class, name) {
  makeEnumerable(Class);
  makeEnumerable(Class.prototype);
  ObjectDefineProperty(Class.prototype, SymbolToStringTag, { __proto__: null, value: name, configurable: true });
}

// On the interface object and on its prototype object.
function defineConstants(Class, constants) {
  const names = ReflectOwnKeys(constants);
  for (let i = 0; i < names.length; i++) {
    const descriptor = { __proto__: null, value: constants[names[i]], enumerable: true };
    ObjectDefineProperty(Class, names[i], descriptor);
    ObjectDefineProperty(Class.prototype, names[i], descriptor);
  }
}

/// For custom inspectors: `Name { ... }` with these members one level deeper, or `short` where the depth is used up.
function inspectMembers(self, depth, options, members, short) {
  const { constructorName } = require('inspect_kind');
  const name = constructorName(self) ?? 'Object';
  if (depth < 0) return short === undefined ? name : short;
  return `${name} ${require('inspect').inspect(members, { ...options, depth: options.depth === null ? null : options.depth - 1 })}`;
}

/// As Node shows Headers and the like: however deep they are, their members are shown as if they were the root.
function inspectWhole(self, options, members) {
  const { constructorName } = require('inspect_kind');
  return `${constructorName(self) ?? 'Object'} ${require('inspect').inspect(members, { ...options })}`;
}

module.exports = { defineConstants, defineInterface, inspectMembers, inspectWhole };
