// Properties whose value is loaded when somebody first looks at it: start-up pays only for their names.
'use strict';

const { ObjectDefineProperty, ReflectDefineProperty, ReflectGetOwnPropertyDescriptor, bareArray } = primordials;

function data(value, enumerable) {
  return { __proto__: null, value, writable: true, enumerable, configurable: true };
}

/// Until it is read, `target[name]` is an accessor; then a plain property with what `load()` returned. Assigning replaces it unseen. Returns what reads it,
/// if nothing has taken its place.
function lazyProperty(target, name, load, enumerable) {
  let value;
  let loaded = false;
  const { get, set } = ReflectGetOwnPropertyDescriptor({
    get [name]() {
      if (!loaded) {
        value = load();
        loaded = true;
        // A frozen target keeps the accessor.
        if (ReflectGetOwnPropertyDescriptor(target, name)?.get === get) ReflectDefineProperty(target, name, data(value, enumerable));
      }
      return value;
    },
    // What inherits from the target gets a property of its own, as if there had been a plain one all along.
    set [name](replacement) {
      if (this === target || this === undefined) ObjectDefineProperty(target, name, data(replacement, enumerable));
      else ObjectDefineProperty(this, name, data(replacement, true));
    },
  }, name);
  ObjectDefineProperty(target, name, { __proto__: null, get, set, enumerable, configurable: true });
  return () => {
    if (ReflectGetOwnPropertyDescriptor(target, name)?.get === get) get();
  };
}

/// Several of which one is hardly used without the others: with the first that is read, all become plain properties.
function lazyProperties(target, names, load, enumerable) {
  const settle = bareArray();
  let settled = false;
  for (let i = 0; i < names.length; i++) settle[i] = lazyProperty(target, names[i], () => {
    if (!settled) {
      settled = true;
      for (let k = 0; k < settle.length; k++) if (k !== i) settle[k]();
    }
    return load(names[i]);
  }, enumerable);
}

/// An attribute of the global object, as Web IDL has them: an accessor for good. A replaceable one can be assigned, and is there for
/// whoever asks, as in Node; any other is for the global object alone.
function lazyAttribute(target, name, load, replaceable) {
  let value;
  let loaded = false;
  const read = () => {
    if (!loaded) {
      value = load();
      loaded = true;
    }
    return value;
  };
  const { get, set } = ReflectGetOwnPropertyDescriptor(replaceable ? {
    get [name]() { return loaded ? value : read(); },
    set [name](replacement) {
      value = replacement;
      loaded = true;
    },
  } : {
    get [name]() {
      if (this !== target && this !== undefined && this !== null) throw notGlobal();
      return read();
    },
  }, name);
  ObjectDefineProperty(target, name, { __proto__: null, get, set, enumerable: true, configurable: true });
}

function notGlobal() {
  const { ERR_INVALID_THIS } = require('errors');
  return new ERR_INVALID_THIS('nullish or must be the global object');
}

module.exports = { lazyAttribute, lazyProperties, lazyProperty };
