// The mock functions of node:test: they record their calls, and can be given another implementation and taken back.
'use strict';

const {
  ArrayPrototypePush, Error, ObjectDefineProperty, ObjectGetOwnPropertyDescriptor, ObjectGetPrototypeOf, Proxy, ReflectApply, ReflectConstruct,
  ReflectGet, SafeMap, bareArray,
} = primordials;
const { ERR_INVALID_ARG_VALUE, validateFunction, validateInteger } = require('errors');

class MockFunctionContext {
  #calls = [];
  #original;
  #implementation;
  #once = SafeMap(); // number of a call -> implementation
  #times;
  #restore;

  constructor(original, implementation, times, restore) {
    this.#original = original;
    this.#implementation = implementation;
    this.#times = times;
    this.#restore = restore;
  }

  get calls() {
    const copy = [];
    for (let i = 0; i < this.#calls.length; i++) ArrayPrototypePush(copy, this.#calls[i]);
    return copy;
  }

  callCount() { return this.#calls.length; }
  resetCalls() { this.#calls = []; }

  mockImplementation(implementation) {
    validateFunction(implementation, 'implementation');
    this.#implementation = implementation;
  }

  mockImplementationOnce(implementation, onCall = this.#calls.length) {
    validateFunction(implementation, 'implementation');
    validateInteger(onCall, 'onCall', this.#calls.length);
    this.#once.set(onCall, implementation);
  }

  restore() {
    this.#restore?.();
    this.#implementation = this.#original;
    this.#once.clear();
  }

  static run(context, self, args, target) {
    const number = context.#calls.length;
    let implementation = context.#once.get(number);
    if (implementation !== undefined) context.#once.delete(number);
    implementation ??= number < context.#times ? context.#implementation : context.#original;
    const call = { arguments: args, error: undefined, result: undefined, stack: new Error(), target, this: self };
    try {
      call.result = target === undefined ? ReflectApply(implementation, self, args) : ReflectConstruct(implementation, args, target);
      if (target !== undefined) call.this = call.result;
      return call.result;
    } catch (error) {
      call.error = error;
      throw error;
    } finally {
      ArrayPrototypePush(context.#calls, call);
    }
  }
}

const { run } = MockFunctionContext;
delete MockFunctionContext.run;

function createMocks() {
  const made = bareArray();

  function wrap(original, implementation, { times = Infinity } = {}, restore = undefined) {
    if (times !== Infinity) validateInteger(times, 'options.times', 1);
    const context = new MockFunctionContext(original, implementation, times, restore);
    made[made.length] = context;
    return new Proxy(original, {
      __proto__: null,
      apply: (target, self, args) => run(context, self, args, undefined),
      construct: (target, args, newTarget) => run(context, undefined, args, newTarget),
      get: (target, key, receiver) => key === 'mock' ? context : ReflectGet(target, key, receiver),
    });
  }

  function fn(original = function() {}, implementation = original, options = {}) {
    if (original !== null && typeof original === 'object') {
      options = original;
      implementation = original = function() {};
    } else if (implementation !== null && typeof implementation === 'object') {
      options = implementation;
      implementation = original;
    }
    validateFunction(original, 'original');
    validateFunction(implementation, 'implementation');
    return wrap(original, implementation, options);
  }

  function method(object, name, implementation, options = {}) {
    if (implementation !== null && typeof implementation === 'object') {
      options = implementation;
      implementation = undefined;
    }
    let holder = object;
    let found;
    while (holder !== null && (found = ObjectGetOwnPropertyDescriptor(holder, name)) === undefined) holder = ObjectGetPrototypeOf(holder);
    const original = found?.value;
    if (typeof original !== 'function') throw new ERR_INVALID_ARG_VALUE('methodName', original, 'must be a method');
    const mock = wrap(original, implementation ?? original, options, () => {
      if (holder === object) ObjectDefineProperty(object, name, found);
      else delete object[name];
    });
    ObjectDefineProperty(object, name, { __proto__: null, value: mock, writable: true, enumerable: found.enumerable, configurable: true });
    return mock;
  }

  function restoreAll() {
    for (let i = 0; i < made.length; i++) made[i].restore();
  }

  function reset() {
    restoreAll();
    made.length = 0;
  }

  return { fn, method, reset, restoreAll };
}

module.exports = { createMocks };
