// The class URLSearchParams (URL Standard, 6.2): a list of names and values in turn, which may be the query of a URL.
'use strict';

const {
  ArrayPrototypeSlice, ArrayPrototypeSort, ArrayPrototypeSymbolIterator, ObjectDefineProperties,
  ObjectGetOwnPropertyDescriptor, ObjectGetPrototypeOf, ObjectSetPrototypeOf, ReflectApply, ReflectOwnKeys,
  SafeMap, SymbolIterator, SymbolToStringTag, TypeError, bareArray, isObject, safeArray,
} = primordials;
const { ERR_INVALID_THIS, ERR_MISSING_ARGS, coded, validateFunction } = require('errors');
const { parseForm, serializeForm } = require('url_form');
const { wellFormed } = require('url_text');

const ERR_ARG_NOT_ITERABLE = coded(TypeError, 'ERR_ARG_NOT_ITERABLE', (what) => `${what} must be iterable`);
const ERR_INVALID_TUPLE = coded(TypeError, 'ERR_INVALID_TUPLE', (what, form) => `${what} must be an iterable ${form} tuple`);

const textOf = (value) => wellFormed(`${value}`);
// Where a name is in a list. The list is well-formed: only a name that is not in it can be worth the trouble of making it so.
function indexOf(list, name) {
  for (let i = 0; i < list.length; i += 2) if (list[i] === name) return i;
  const well = wellFormed(name);
  return well === name ? -1 : indexOf(list, well);
}

function fromIterable(init, method) {
  if (typeof method !== 'function') throw new ERR_ARG_NOT_ITERABLE('Query pairs');
  const list = safeArray();
  for (const pair of init) {
    if (!isObject(pair) || typeof pair[SymbolIterator] !== 'function') throw new ERR_INVALID_TUPLE('Each query pair', '[name, value]');
    let n = 0;
    for (const part of pair) {
      if (++n <= 2) list.push(textOf(part));
    }
    if (n !== 2) throw new ERR_INVALID_TUPLE('Each query pair', '[name, value]');
  }
  return list;
}

function fromRecord(init) {
  const list = safeArray();
  const places = new SafeMap();
  const keys = ReflectOwnKeys(init);
  for (let i = 0; i < keys.length; i++) {
    const found = ObjectGetOwnPropertyDescriptor(init, keys[i]);
    if (found === undefined || !found.enumerable) continue;
    const name = textOf(keys[i]), value = textOf(init[keys[i]]);
    // Names that were different before their surrogates were replaced are one name now: the last value counts.
    const place = places.get(name);
    if (place === undefined) {
      places.set(name, list.length);
      list.push(name);
      list.push(value);
    } else {
      list[place + 1] = value;
    }
  }
  return list;
}

let isParams;
let listOf;        // (params) => its list, or throws
let linked;        // (query, onChange) => params that tell when the program changed them
let refill;        // (params, query): the URL has another query

class URLSearchParams {
  #list;
  #onChange = null;

  static {
    isParams = (value) => typeof value === 'object' && value !== null && #list in value;
    listOf = (params) => {
      if (!isParams(params)) throw new ERR_INVALID_THIS('URLSearchParams');
      return params.#list;
    };
    linked = (query, onChange) => {
      const params = new URLSearchParams(query);
      params.#onChange = onChange;
      return params;
    };
    refill = (params, query) => { params.#list = parseForm(query); };
  }

  constructor(init = undefined) {
    if (typeof init === 'string') this.#list = parseForm(init);
    else if (init === undefined) this.#list = safeArray();
    else if (isObject(init)) {
      const method = init[SymbolIterator];
      this.#list = method === undefined || method === null ? fromRecord(init) : fromIterable(init, method);
    } else this.#list = parseForm(`${init}`);
  }

  #changed() {
    if (this.#onChange !== null) this.#onChange();
  }

  get size() { return listOf(this).length / 2; }

  // Making a text of an argument may run the program, and change the list: so that comes first.

  append(name, value) {
    listOf(this);
    if (arguments.length < 2) throw new ERR_MISSING_ARGS('name', 'value');
    name = textOf(name);
    value = textOf(value);
    const list = this.#list;
    list.push(name);
    list.push(value);
    this.#changed();
  }

  delete(name, value = undefined) {
    listOf(this);
    if (arguments.length < 1) throw new ERR_MISSING_ARGS('name');
    name = textOf(name);
    if (value !== undefined) value = textOf(value);
    const list = this.#list;
    let n = 0;
    for (let i = 0; i < list.length; i += 2) {
      if (list[i] === name && (value === undefined || list[i + 1] === value)) continue;
      list[n++] = list[i];
      list[n++] = list[i + 1];
    }
    list.length = n;
    this.#changed();
  }

  get(name) {
    listOf(this);
    if (arguments.length < 1) throw new ERR_MISSING_ARGS('name');
    name = `${name}`;
    const list = this.#list;
    const i = indexOf(list, name);
    return i < 0 ? null : list[i + 1];
  }

  getAll(name) {
    listOf(this);
    if (arguments.length < 1) throw new ERR_MISSING_ARGS('name');
    name = textOf(name);
    const list = this.#list;
    const values = safeArray();
    for (let i = 0; i < list.length; i += 2) if (list[i] === name) values.push(list[i + 1]);
    return ArrayPrototypeSlice(values);          // an array like any other
  }

  has(name, value = undefined) {
    listOf(this);
    if (arguments.length < 1) throw new ERR_MISSING_ARGS('name');
    name = textOf(name);
    if (value !== undefined) value = textOf(value);
    const list = this.#list;
    for (let i = 0; i < list.length; i += 2) if (list[i] === name && (value === undefined || list[i + 1] === value)) return true;
    return false;
  }

  set(name, value) {
    listOf(this);
    if (arguments.length < 2) throw new ERR_MISSING_ARGS('name', 'value');
    name = textOf(name);
    value = textOf(value);
    const list = this.#list;
    let n = 0, isSet = false;
    for (let i = 0; i < list.length; i += 2) {
      const isIt = list[i] === name;
      if (isIt && isSet) continue;
      list[n++] = list[i];
      list[n++] = isIt ? value : list[i + 1];
      isSet ||= isIt;
    }
    list.length = n;
    if (!isSet) {
      list.push(name);
      list.push(value);
    }
    this.#changed();
  }

  /// By code units; equal names keep their order.
  sort() {
    const list = listOf(this);
    const pairs = bareArray();
    for (let i = 0; i < list.length; i += 2) pairs[i / 2] = { name: list[i], value: list[i + 1] };
    ArrayPrototypeSort(pairs, (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    for (let i = 0; i < pairs.length; i++) {
      list[2 * i] = pairs[i].name;
      list[2 * i + 1] = pairs[i].value;
    }
    this.#changed();
  }

  entries() {
    listOf(this);
    return new URLSearchParamsIterator(this, kEntries);
  }

  forEach(callback, thisArg = undefined) {
    listOf(this);
    validateFunction(callback, 'callback');
    // Asks for the list each time: the callback may change it, or its URL.
    for (let i = 0; i < this.#list.length; i += 2) ReflectApply(callback, thisArg, [this.#list[i + 1], this.#list[i], this]);
  }

  keys() {
    listOf(this);
    return new URLSearchParamsIterator(this, kKeys);
  }

  values() {
    listOf(this);
    return new URLSearchParamsIterator(this, kValues);
  }

  toString() { return serializeForm(listOf(this)); }
}

// ---- iterators ----------------------------------------------------------------------------------------------------

const kKeys = 0, kValues = 1, kEntries = 2;

const elementAt = (list, i, kind) => (kind === kKeys ? list[i] : kind === kValues ? list[i + 1] : [list[i], list[i + 1]]);

let requireIterator, restOfIterator;

// Not to be made by programs, who only ever see its prototype. It goes by position, so it sees what changes behind it.
class URLSearchParamsIterator {
  #params;
  #kind;
  #next = 0;

  static {
    requireIterator = (value) => {
      if (typeof value !== 'object' || value === null || !(#params in value)) throw new ERR_INVALID_THIS('URLSearchParamsIterator');
    };
    restOfIterator = (iterator) => {
      requireIterator(iterator);
      const list = listOf(iterator.#params), rest = safeArray();
      for (let i = iterator.#next; i < list.length; i += 2) rest.push(elementAt(list, i, iterator.#kind));
      return ArrayPrototypeSlice(rest);
    };
  }

  constructor(params, kind) {
    this.#params = params;
    this.#kind = kind;
  }

  next() {
    requireIterator(this);
    const list = listOf(this.#params);
    const i = this.#next;
    if (i >= list.length) return { done: true, value: undefined };
    this.#next = i + 2;
    return { done: false, value: elementAt(list, i, this.#kind) };
  }
}

// ---- as Web IDL has it --------------------------------------------------------------------------------------------

const enumerable = { __proto__: null, enumerable: true };
ObjectDefineProperties(URLSearchParams.prototype, {
  __proto__: null,
  size: enumerable, append: enumerable, delete: enumerable, get: enumerable, getAll: enumerable, has: enumerable, set: enumerable,
  sort: enumerable, entries: enumerable, forEach: enumerable, keys: enumerable, values: enumerable, toString: enumerable,
  [SymbolToStringTag]: { __proto__: null, value: 'URLSearchParams', configurable: true },
  [SymbolIterator]: { __proto__: null, value: URLSearchParams.prototype.entries, writable: true, configurable: true },
});

const ArrayIteratorPrototype = ObjectGetPrototypeOf(ArrayPrototypeSymbolIterator([]));
ObjectSetPrototypeOf(URLSearchParamsIterator.prototype, ObjectGetPrototypeOf(ArrayIteratorPrototype));
delete URLSearchParamsIterator.prototype.constructor;
ObjectDefineProperties(URLSearchParamsIterator.prototype, {
  __proto__: null,
  next: enumerable,
  [SymbolToStringTag]: { __proto__: null, value: 'URLSearchParams Iterator', configurable: true },
});

require('url_inspect').addToParams(URLSearchParams.prototype, listOf, URLSearchParamsIterator.prototype, restOfIterator);

module.exports = { URLSearchParams, isParams, linked, listOf, refill };
