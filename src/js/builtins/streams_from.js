// ReadableStream.from() (Streams, section 4.2.4): the values of an iterable, asynchronous or not, taken as they are read.
'use strict';

const { ReflectApply, SymbolAsyncIterator, SymbolIterator, TypeError, isObject } = primordials;
const { ConversionError, coded } = require('errors');
const { closeController, DefaultController, enqueue, started } = require('streams_default_controller');
const { Stream } = require('streams_readable_core');

const ERR_ARG_NOT_ITERABLE = coded(TypeError, 'ERR_ARG_NOT_ITERABLE', (what) => `${what} must be iterable`);
const ERR_NO_OBJECT = coded(TypeError, 'ERR_INVALID_STATE', (what) => `Invalid state: The promise or value of the iterator's ${what}() is no object`);

function methodOf(value, key) {
  const method = value[key];
  if (method === undefined || method === null) return undefined;
  if (typeof method !== 'function') throw new ConversionError('The method of an iterable or of an iterator is not a function.');
  return method;
}

class IteratorSource {
  #iterator;
  #next;

  constructor(iterator) {
    this.#iterator = iterator;
    this.#next = iterator.next;
  }

  async pull(controller) {
    const result = await ReflectApply(this.#next, this.#iterator, []);
    if (!isObject(result)) throw new ERR_NO_OBJECT('next');
    if (result.done) closeController(controller);
    else enqueue(controller, result.value);
  }

  async cancel(reason) {
    const method = methodOf(this.#iterator, 'return');
    if (method === undefined) return;
    const result = await ReflectApply(method, this.#iterator, [reason]);
    if (!isObject(result)) throw new ERR_NO_OBJECT('return');
  }
}

// As the language makes an asynchronous iterator of one that is not: values may be promises.
class SyncIteratorSource {
  #iterator;
  #next;

  constructor(iterator) {
    this.#iterator = iterator;
    this.#next = iterator.next;
  }

  async pull(controller) {
    const result = ReflectApply(this.#next, this.#iterator, []);
    if (!isObject(result)) throw new ERR_NO_OBJECT('next');
    const done = !!result.done;
    const promise = result.value;
    let value;
    try {
      value = await promise;
    } catch (error) {
      if (!done) this.#close();
      throw error;
    }
    if (done) closeController(controller);
    else enqueue(controller, value);
  }

  #close() {
    try {
      const method = methodOf(this.#iterator, 'return');
      if (method !== undefined) ReflectApply(method, this.#iterator, []);
    } catch { /* what ended it comes first */ }
  }

  async cancel(reason) {
    const method = methodOf(this.#iterator, 'return');
    if (method === undefined) return;
    const result = ReflectApply(method, this.#iterator, [reason]);
    if (!isObject(result)) throw new ERR_NO_OBJECT('return');
    await result.value;
  }
}

function sourceOf(iterable) {
  if (iterable === undefined || iterable === null) throw new ERR_ARG_NOT_ITERABLE(`${iterable}`);
  let Source = IteratorSource;
  let method = methodOf(iterable, SymbolAsyncIterator);
  if (method === undefined) {
    Source = SyncIteratorSource;
    method = methodOf(iterable, SymbolIterator);
    if (method === undefined) throw new ERR_ARG_NOT_ITERABLE('The argument');
  }
  const iterator = ReflectApply(method, iterable, []);
  if (!isObject(iterator)) throw new ConversionError('The iterator is not an object.');
  return new Source(iterator);
}

/// A stream (streams_readable_core.js).
function streamFrom(iterable) {
  const stream = new Stream();
  started(new DefaultController(stream, sourceOf(iterable), 0, null), undefined);
  return stream;
}

module.exports = { streamFrom };
