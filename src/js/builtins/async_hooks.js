// node:async_hooks: AsyncLocalStorage and AsyncResource. Hooks into the life of every asynchronous operation (createHook) are not here, as the
// engine tells nobody of its promises.
'use strict';

const { NumberIsSafeInteger, ObjectDefineProperty, ObjectIs, RangeError, ReflectApply, bareArray } = primordials;
const { coded, validateFunction, validateObject, validateString } = require('errors');
const { context, enter, find, follow, runIn, withValue, without } = require('async_context');


const ERR_INVALID_ASYNC_ID = coded(RangeError, 'ERR_INVALID_ASYNC_ID', (name, value) => `Invalid ${name} value: ${value}`);

let ids = 1; // 1 is the program's own start

class AsyncResource {
  #frame;
  #id = ++ids;
  #trigger = 1;

  constructor(type, options = {}) {
    validateString(type, 'type');
    if (typeof options === 'number') options = { triggerAsyncId: options };
    const { triggerAsyncId = 1 } = options ?? {};
    if (!NumberIsSafeInteger(triggerAsyncId) || triggerAsyncId < -1) throw new ERR_INVALID_ASYNC_ID('triggerAsyncId', triggerAsyncId);
    this.#trigger = triggerAsyncId;
    follow();
    this.#frame = context.frame;
  }

  runInAsyncScope(callback, self, ...args) {
    return runIn(this.#frame, callback, self, args);
  }

  emitDestroy() {
    return this;
  }

  asyncId() {
    return this.#id;
  }

  triggerAsyncId() {
    return this.#trigger;
  }

  bind(callback, self) {
    validateFunction(callback, 'fn');
    const resource = this;
    const bound = self === undefined ?
      function(...args) {
        return runIn(resource.#frame, callback, this, args);
      } : (...args) => runIn(resource.#frame, callback, self, args);
    ObjectDefineProperty(bound, 'length', { __proto__: null, configurable: true, enumerable: false, value: callback.length, writable: false });
    return bound;
  }

  static bind(callback, type, self) {
    return new AsyncResource(type || callback?.name || 'bound-anonymous-fn').bind(callback, self);
  }
}

class AsyncLocalStorage {
  #default;
  #name = '';

  constructor(options = {}) {
    validateObject(options, 'options');
    const { defaultValue, name } = options;
    if (name !== undefined) this.#name = `${name}`;
    this.#default = defaultValue;
    follow();
  }

  static bind(callback) {
    return AsyncResource.bind(callback);
  }

  /// A function that calls another in the frame of now.
  static snapshot() {
    const { frame } = context;
    follow();
    return function(callback, ...args) {
      return runIn(frame, callback, this, args);
    };
  }

  get name() {
    return this.#name;
  }

  /// From here to the end of what runs now.
  enterWith(value) {
    enter(withValue(context.frame, this, value));
  }

  /// Also for what was scheduled in the frame of now, as in Node: the one thing that changes a frame.
  disable() {
    const { frame } = context;
    const at = find(frame, this);
    if (at !== -1) frame.entries = without(frame, this)?.entries ?? bareArray();
  }

  run(value, callback, ...args) {
    return this.#run(value, callback, args);
  }

  exit(callback, ...args) {
    return this.#run(undefined, callback, args);
  }

  // What the callback does to other stores stays; this one gets back what it had.
  #run(stored, callback, args) {
    if (ObjectIs(this.getStore(), stored)) return ReflectApply(callback, undefined, args);
    const before = context.frame;
    const frame = withValue(before, this, stored);
    const at = find(before, this);
    const value = at === -1 ? undefined : before.entries[at + 1];
    enter(frame);
    try {
      return ReflectApply(callback, undefined, args);
    } finally {
      if (context.frame === frame) enter(before);
      else enter(at === -1 ? without(context.frame, this) : withValue(context.frame, this, value));
    }
  }

  getStore() {
    const { frame } = context;
    const at = find(frame, this);
    return at === -1 ? this.#default : frame.entries[at + 1];
  }
}

module.exports = { AsyncLocalStorage, AsyncResource };
