// sequence<T>, as Web IDL converts it: whatever its iterator method gives, asked in that order.
'use strict';

const { ReflectApply, SymbolIterator, bareArray, isObject } = primordials;

/// The iterator method of `value`; undefined for what has none, which may be a dictionary.
function iteratorMethod(value) {
  if (!isObject(value)) return undefined;
  const method = value[SymbolIterator];
  return method === undefined || method === null ? undefined : method;
}

/// The elements that `method` gives for `iterable`, each through `convert(element, index)`, as an array without a prototype. `fail()`
/// makes the error for what is no sequence.
function readSequence(iterable, method, convert, fail) {
  if (typeof method !== 'function') throw fail();
  const iterator = ReflectApply(method, iterable, []);
  if (!isObject(iterator)) throw fail();
  const { next } = iterator;
  const list = bareArray();
  for (;;) {
    const result = ReflectApply(next, iterator, []);
    if (!isObject(result)) throw fail();
    if (result.done) return list;
    list[list.length] = convert(result.value, list.length);
  }
}

module.exports = { iteratorMethod, readSequence };
