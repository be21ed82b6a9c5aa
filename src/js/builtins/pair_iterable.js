// Interfaces that are iterables of pairs (https://webidl.spec.whatwg.org/#js-iterable): entries(), keys(), values(), forEach() and their
// iterator, which goes by position and so sees what changes behind it.
'use strict';

const { IteratorPrototype, ObjectDefineProperty, ObjectKeys, ObjectSetPrototypeOf, ReflectApply, SymbolIterator, SymbolToStringTag } = primordials;
const { ERR_INVALID_THIS, ERR_MISSING_ARGS, validateFunction } = require('errors');

const kKeys = 0, kValues = 1, kEntries = 2;
const kMade = { __proto__: null };

/// Adds them to `Class`, an interface of that name. `check(object)` throws for what is none; `count(object)` says how many pairs there are,
/// `pairAt(object, i)` returns the i-th as a new array.
function definePairs(Class, name, check, count, pairAt) {
  class PairIterator {
    #object;
    #kind;
    #next = 0;

    constructor(proof, object, kind) {
      if (proof !== kMade) throw new ERR_INVALID_THIS(`${name} Iterator`);
      this.#object = object;
      this.#kind = kind;
    }

    next() {
      if (typeof this !== 'object' || this === null || !(#object in this)) throw new ERR_INVALID_THIS(`${name} Iterator`);
      if (this.#next >= count(this.#object)) return { value: undefined, done: true };
      const pair = pairAt(this.#object, this.#next++);
      return { value: this.#kind === kEntries ? pair : pair[this.#kind], done: false };
    }
  }
  ObjectSetPrototypeOf(PairIterator.prototype, IteratorPrototype);
  delete PairIterator.prototype.constructor;
  ObjectDefineProperty(PairIterator.prototype, 'next', { __proto__: null, enumerable: true });
  ObjectDefineProperty(PairIterator.prototype, SymbolToStringTag, { __proto__: null, value: `${name} Iterator`, configurable: true });

  const iterate = (object, kind) => {
    check(object);
    return new PairIterator(kMade, object, kind);
  };
  const methods = {
    entries() { return iterate(this, kEntries); },
    keys() { return iterate(this, kKeys); },
    values() { return iterate(this, kValues); },
    forEach(callback, thisArg = undefined) {
      check(this);
      if (arguments.length === 0) throw new ERR_MISSING_ARGS('callback');
      validateFunction(callback, 'callback');
      for (let i = 0; i < count(this); i++) {
        const pair = pairAt(this, i);
        ReflectApply(callback, thisArg, [pair[1], pair[0], this]);
      }
    },
  };
  const names = ObjectKeys(methods);
  for (let i = 0; i < names.length; i++)
    ObjectDefineProperty(Class.prototype, names[i], { __proto__: null, value: methods[names[i]], writable: true, enumerable: true, configurable: true });
  ObjectDefineProperty(Class.prototype, SymbolIterator, { __proto__: null, value: methods.entries, writable: true, enumerable: false, configurable: true });
}

module.exports = { definePairs };
