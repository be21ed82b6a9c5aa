// What a transformed module knows as `$m` (src/js/transform/module.js): import(), import.meta, and helpers of the transform.
'use strict';

const {
  ObjectCreate, ObjectDefineProperty, ObjectFreeze, ObjectSetPrototypeOf, ReferenceError, ReflectApply, ReflectHas, SymbolAsyncIterator,
  SymbolIterator, TypeError, globalThis, isObject,
} = primordials;
const { posix: path } = require('path_posix');
const asyncContext = require('async_context');
const { isFileUrl, pathOfUrl } = require('esm_urls');

// An iterator's method, as GetMethod has it.
function methodOf(object, key) {
  const method = object[key];
  if (method === undefined || method === null) return undefined;
  if (typeof method !== 'function') throw new TypeError(`${typeof key === 'symbol' ? 'the iterator method' : key} is not a function`);
  return method;
}

// A sync iterator where `for await` wants an async one (ECMA-262, 27.1.6): its values are waited for.
class AsyncFromSync {
  #iterator;
  #next;
  constructor(iterator) {
    this.#iterator = iterator;
    this.#next = iterator.next;
  }
  next() {
    return this.#call(this.#next, true);
  }
  get return() {
    const method = methodOf(this.#iterator, 'return');
    return method === undefined ? undefined : () => this.#call(method, false);
  }
  // A promise for the method's result with its value waited for.
  #call(method, mayClose) {
    let result;
    let done;
    let value;
    try {
      result = ReflectApply(method, this.#iterator, []);
      if (!isObject(result)) throw new TypeError('an iterator gave something that is not an object');
      done = Boolean(result.done);
      value = result.value;
    } catch (error) {
      return rejection(error);
    }
    return this.#settle(done, value, mayClose);
  }
  async #settle(done, value, mayClose) {
    try {
      return { done, value: await value };
    } catch (error) {
      if (mayClose && !done) {
        try {
          const method = methodOf(this.#iterator, 'return');
          if (method !== undefined) ReflectApply(method, this.#iterator, []);
        } catch { /* the rejection is what counts */ }
      }
      throw error;
    }
  }
}
ObjectSetPrototypeOf(AsyncFromSync.prototype, null); // setters that a program plants on Object.prototype stay out

async function rejection(error) {
  throw error;
}

// The steps of a `for await` loop at the top level of a module, where the loop itself is a plain one with a `yield` in it.
class AsyncSteps {
  constructor(line, column, iterable) {
    this.line = line;
    this.column = column;
    const method = methodOf(iterable, SymbolAsyncIterator);
    if (method === undefined) {
      const sync = methodOf(iterable, SymbolIterator);
      if (sync === undefined) throw new TypeError('what a for await loop is given is not iterable');
      this.iterator = ReflectApply(sync, iterable, []);
    } else {
      this.iterator = ReflectApply(method, iterable, []);
    }
    if (!isObject(this.iterator)) throw new TypeError('an iterable gave an iterator that is not an object');
    if (method === undefined) this.iterator = new AsyncFromSync(this.iterator);
    this.next = this.iterator.next;
    this.open = false; // whether leaving the loop now must close the iterator
    this.value = undefined;
    this.closing = null;
  }

  // What to wait for next.
  ask() {
    this.open = false;
    return [this.line, this.column, ReflectApply(this.next, this.iterator, [])];
  }

  // True when that was the end.
  take(result) {
    if (!isObject(result)) throw new TypeError('an iterator gave something that is not an object');
    if (result.done) return true;
    this.value = result.value;
    this.open = true;
    return false;
  }

  // True when `closing` is to be waited for.
  leave() {
    if (!this.open) return false;
    this.open = false;
    const method = methodOf(this.iterator, 'return');
    if (method === undefined) return false;
    this.closing = [this.line, this.column, ReflectApply(method, this.iterator, [])];
    return true;
  }

  check(result) {
    if (!isObject(result)) throw new TypeError('an iterator\'s return() gave something that is not an object');
  }
}
ObjectSetPrototypeOf(AsyncSteps.prototype, null);

class ModuleContext {
  #module;
  #meta = null;
  #imports = null;
  constructor(module) {
    this.#module = module;
  }

  import(specifier, options) {
    return require('esm').importDynamically(specifier, options, this.#module.url, arguments.length > 1);
  }

  get meta() {
    return (this.#meta ??= makeMeta(this.#module));
  }

  // What src/js/transform/awaits.js writes around `await`.
  get resume() {
    return asyncContext.resume;
  }

  get asyncContext() {
    return asyncContext.context;
  }

  steps(line, column, iterable) {
    return new AsyncSteps(line, column, iterable);
  }

  // The imported names with getters only, so that assigning to one throws; eval() finds them here, too.
  get imports() {
    if (this.#imports === null) {
      const imports = ObjectCreate(null);
      const entries = this.#module.description.imports;
      for (let i = 0; i < entries.length; i++) {
        let cell = null;
        ObjectDefineProperty(imports, entries[i].local, {
          __proto__: null, enumerable: true, get: () => (cell ??= this.#module.importCell(entries[i])).v,
        });
      }
      this.#imports = imports;
    }
    return this.#imports;
  }

  // A module has no `arguments`, whatever the function it became has.
  get arguments() {
    if (ReflectHas(globalThis, 'arguments')) return globalThis.arguments;
    throw new ReferenceError("Can't find variable: arguments");
  }
}
ObjectSetPrototypeOf(ModuleContext.prototype, null);
ObjectFreeze(ModuleContext.prototype);

function makeMeta({ url, isMain }) {
  const meta = ObjectCreate(null);
  const file = isFileUrl(url) ? pathOfUrl(url) : null;
  if (file !== null) {
    meta.dirname = path.dirname(file);
    meta.filename = file;
  }
  meta.main = isMain;
  meta.resolve = function resolve(specifier) {
    return require('esm').resolveForMeta(`${specifier}`, url);
  };
  meta.url = url;
  return meta;
}

module.exports = { moduleContext: (module) => new ModuleContext(module) };
