// PerformanceObserver: https://w3c.github.io/performance-timeline/#the-performanceobserver-interface
// Observers are called in an immediate: a task of its own, after the work that made the entries.
'use strict';

const {
  ArrayPrototypeIncludes, ArrayPrototypeSlice, ArrayPrototypeSort, ObjectFreeze, ReflectApply, SafeSet, SymbolFor, SymbolIterator, bareArray, isObject,
} = primordials;
const { web } = native; // see web_errors.js; undefined in the profile node
const { DOMException } = require('dom_exception');
const {
  ConversionError, ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_THIS, ERR_MISSING_ARGS, validateFunction,
} = require('errors');
const { internals: entries } = require('performance_entry');
const { connect, droppedOf, find, kEntriesMax } = require('performance_timeline');
const { registerPlatformObject } = require('platform_objects');
const { nextTick } = require('task_queues');
const { setImmediate } = require('timers');
const { defineInterface, inspectMembers } = require('web_interface');
const { nameOf, startOf, typeOf } = entries;

const kInspect = SymbolFor('nodejs.util.inspect.custom');
const kCreate = { __proto__: null }; // proves that it is us who call the constructor
const supported = ObjectFreeze(['mark', 'measure']);
const observers = new SafeSet(); // those that observe, in the order in which they began to
let queued = false; // a task that calls them

// ---- the list that a callback is given --------------------------------------------------------------------------------

class PerformanceObserverEntryList {
  #list; // a bare array, in the order of start times

  constructor(proof = undefined, list) {
    if (proof !== kCreate) throw new ERR_ILLEGAL_CONSTRUCTOR();
    this.#list = ArrayPrototypeSort(list, (a, b) => startOf(a) - startOf(b));
  }

  getEntries() {
    if (!(#list in this)) throw new ERR_INVALID_THIS('PerformanceObserverEntryList');
    return this.#select(undefined, undefined);
  }

  getEntriesByType(type) {
    if (!(#list in this)) throw new ERR_INVALID_THIS('PerformanceObserverEntryList');
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('type');
    return this.#select(undefined, `${type}`);
  }

  getEntriesByName(name, type = undefined) {
    if (!(#list in this)) throw new ERR_INVALID_THIS('PerformanceObserverEntryList');
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('name');
    return this.#select(`${name}`, type === undefined ? undefined : `${type}`);
  }

  #select(name, type) {
    const found = bareArray();
    for (let i = 0; i < this.#list.length; i++) {
      const entry = this.#list[i];
      if ((name === undefined || nameOf(entry) === name) && (type === undefined || typeOf(entry) === type)) found[found.length] = entry;
    }
    return ArrayPrototypeSlice(found);
  }

  [kInspect](depth, options) {
    if (depth < 0) return '[PerformanceObserverEntryList]';
    const { inspect } = require('inspect');
    return `PerformanceObserverEntryList ${inspect(this.getEntries(), { ...options, depth: options.depth === null ? null : options.depth - 1 })}`;
  }
}
defineInterface(PerformanceObserverEntryList, 'PerformanceObserverEntryList');
registerPlatformObject(PerformanceObserverEntryList.prototype);

// ---- the observer -----------------------------------------------------------------------------------------------------

// Web IDL's sequence<DOMString>: what the value's own iterator yields, even where a program replaced that of arrays.
function toTexts(value) {
  if (!isObject(value)) throw new ERR_INVALID_ARG_TYPE('options.entryTypes', 'string[]', value);
  const method = value[SymbolIterator];
  if (typeof method !== 'function') throw new ConversionError('options.entryTypes cannot be converted to sequence.');
  const iterator = ReflectApply(method, value, []);
  const { next } = iterator;
  const texts = bareArray();
  for (;;) {
    const result = ReflectApply(next, iterator, []);
    if (!isObject(result)) throw new ConversionError('The iterator of options.entryTypes yielded no object.');
    if (result.done) return texts;
    texts[texts.length] = `${result.value}`;
  }
}

function readOptions(options) {
  if (options === undefined || options === null) return { __proto__: null };
  if (!isObject(options)) throw new ERR_INVALID_ARG_TYPE('options', 'object', options);
  // In the order in which Web IDL reads the members of a dictionary.
  let { buffered } = options;
  if (buffered !== undefined) buffered = !!buffered;
  let { entryTypes } = options;
  if (entryTypes !== undefined) entryTypes = toTexts(entryTypes);
  let { type } = options;
  if (type !== undefined) type = `${type}`;
  return { __proto__: null, buffered, entryTypes, type };
}

function throwLater(error) {
  if (web !== undefined) web.report(error);
  else nextTick((thrown) => { throw thrown; }, error);
}

let append; // (observer, entry) when it asked for entries of that type
let notify; // (observer)

function callObservers() {
  queued = false;
  const now = bareArray();
  observers.forEach((observer) => { now[now.length] = observer; });
  for (let i = 0; i < now.length; i++) notify(now[i]);
}

function queueTask() {
  if (queued) return;
  queued = true;
  setImmediate(callObservers);
}

class PerformanceObserver {
  #callback;
  #many = undefined; // whether it observes several types by one call; undefined before the first
  #types = bareArray();
  #buffer = bareArray();
  #tellsDropped = false;

  constructor(callback) {
    validateFunction(callback, 'callback');
    this.#callback = callback;
  }

  static get supportedEntryTypes() { return supported; }

  observe(options = undefined) {
    if (!(#callback in this)) throw new ERR_INVALID_THIS('PerformanceObserver');
    const { buffered, entryTypes, type } = readOptions(options);
    if (entryTypes === undefined && type === undefined) throw new ERR_MISSING_ARGS('options.entryTypes', 'options.type');
    if (entryTypes !== undefined && (type !== undefined || buffered !== undefined)) {
      throw new ERR_INVALID_ARG_VALUE('options.entryTypes', options.entryTypes,
        `options.entryTypes can not set with options.${type !== undefined ? 'type' : 'buffered'} together`);
    }
    const many = entryTypes !== undefined;
    if (this.#many !== undefined && this.#many !== many)
      throw new DOMException(`PerformanceObserver can not change to ${many ? 'multiple' : 'single'} observations`, 'InvalidModificationError');
    this.#many = many;
    this.#tellsDropped = true;
    if (many) this.#observeMany(entryTypes);
    else if (ArrayPrototypeIncludes(supported, type)) this.#observeOne(type, buffered === true);
  }

  #observeMany(wanted) {
    const types = bareArray();
    for (let i = 0; i < wanted.length; i++)
      if (ArrayPrototypeIncludes(supported, wanted[i]) && !ArrayPrototypeIncludes(types, wanted[i])) types[types.length] = wanted[i];
    if (types.length === 0) return;
    this.#types = types;
    this.#begin();
  }

  #observeOne(type, buffered) {
    if (!ArrayPrototypeIncludes(this.#types, type)) this.#types[this.#types.length] = type;
    this.#begin();
    if (!buffered) return;
    const before = find(undefined, type);
    for (let i = 0; i < before.length; i++) append(this, before[i]);
    queueTask();
  }

  #begin() {
    observers.add(this);
    connect(tellObservers);
  }

  disconnect() {
    if (!(#callback in this)) throw new ERR_INVALID_THIS('PerformanceObserver');
    observers.delete(this);
    this.#many = undefined;
    this.#types = bareArray();
    this.#buffer = bareArray();
  }

  takeRecords() {
    if (!(#callback in this)) throw new ERR_INVALID_THIS('PerformanceObserver');
    const records = this.#buffer;
    this.#buffer = bareArray();
    return ArrayPrototypeSlice(records);
  }

  [kInspect](depth, options) {
    if (!(#callback in this)) throw new ERR_INVALID_THIS('PerformanceObserver');
    return inspectMembers(this, depth, options, {
      connected: observers.has(this), pending: queued && this.#buffer.length > 0, entryTypes: ArrayPrototypeSlice(this.#types),
      buffer: ArrayPrototypeSlice(this.#buffer),
    });
  }

  static {
    append = (observer, entry) => {
      if (!ArrayPrototypeIncludes(observer.#types, typeOf(entry)) || observer.#buffer.length >= kEntriesMax) return false;
      observer.#buffer[observer.#buffer.length] = entry;
      return true;
    };
    notify = (observer) => {
      if (observer.#buffer.length === 0) return;
      const list = new PerformanceObserverEntryList(kCreate, observer.#buffer);
      observer.#buffer = bareArray();
      const options = {};
      if (observer.#tellsDropped) {
        observer.#tellsDropped = false;
        options.droppedEntriesCount = 0;
        for (let i = 0; i < observer.#types.length; i++) options.droppedEntriesCount += droppedOf(observer.#types[i]);
      }
      try {
        ReflectApply(observer.#callback, observer, [list, observer, options]);
      } catch (error) {
        throwLater(error);
      }
    };
  }
}

function tellObservers(entry) {
  let wanted = false;
  observers.forEach((observer) => {
    if (append(observer, entry)) wanted = true;
  });
  if (wanted) queueTask();
}

defineInterface(PerformanceObserver, 'PerformanceObserver');
registerPlatformObject(PerformanceObserver.prototype);

module.exports = { PerformanceObserver, PerformanceObserverEntryList };
