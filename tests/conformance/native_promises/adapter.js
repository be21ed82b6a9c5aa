// millrace::Promise as a JavaScript promise, for the Promises/A+ tests and nothing else. Values and callbacks stay here and are numbers
// there; what is C++ is who waits for whom, when each callback runs, and what a promise becomes. What C++ has no word for, thenables, is here.
'use strict';
(() => {
  const values = [];
  const callbacks = [];
  const store = (table, item) => table.push(item) - 1;
  const callback = (f) => (typeof f === 'function' ? store(callbacks, f) : -1);

  class NativePromise {
    constructor(id) { this.id = id; }
    then(onFulfilled, onRejected) { return new NativePromise(nativeThen(this.id, callback(onFulfilled), callback(onRejected))); }
  }

  const reject = (id, reason) => nativeReject(id, store(values, reason));
  function resolve(id, x) {
    if (x instanceof NativePromise) return nativeFollow(id, x.id);
    if ((typeof x === 'object' && x !== null) || typeof x === 'function') {
      let then;
      try {
        then = x.then;
      } catch (error) {
        return reject(id, error);
      }
      if (typeof then === 'function') {
        const inner = nativeNew();
        nativeFollow(id, inner);
        queueMicrotask(() => assimilate(inner, x, then));
        return undefined;
      }
    }
    return nativeFulfil(id, store(values, x));
  }
  function assimilate(id, thenable, then) {
    let called = false;
    const once = (settle) => (outcome) => {
      if (called) return;
      called = true;
      settle(id, outcome);
    };
    try {
      then.call(thenable, once(resolve), once(reject));
    } catch (error) {
      once(reject)(error);
    }
  }

  // Called by C++: runs a callback, and answers with the promise that the result is.
  globalThis.runCallback = (index, value) => {
    const f = callbacks[index];
    const id = nativeNew();
    try {
      const result = f(value < 0 ? new TypeError('a promise cannot be resolved with itself') : values[value]);
      if (result instanceof NativePromise) return result.id;
      resolve(id, result);
    } catch (error) {
      reject(id, error);
    }
    return id;
  };

  function deferred() {
    const id = nativeNew();
    return { promise: new NativePromise(id), resolve: (x) => resolve(id, x), reject: (reason) => reject(id, reason) };
  }
  const settled = (how) => (x) => {
    const made = deferred();
    made[how](x);
    return made.promise;
  };
  globalThis.adapter = { deferred, resolved: settled('resolve'), rejected: settled('reject') };
})();
