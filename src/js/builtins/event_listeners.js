// The listeners of one EventTarget, without the target: a list for each type, linked both ways, oldest first.
//
// A dispatch walks the list itself, not a copy. That is safe because
// - a new listener goes to the end and has a higher number than any before: the walk stops at the first number it did not begin with;
// - a removed listener is marked, and keeps its link to the next one while anybody walks, so a walk that stands on it goes on.
'use strict';

const { SafeMap } = primordials;

let nextNumber = 1;

// Objects are made as literals throughout: these define their properties, which asks no setter of Object.prototype.
function createTable() {
  return {
    first: null, // the list of the first type: nearly every target has only one
    others: null, // type -> list
    limit: undefined, // see maxListenersOf() in event_target.js
    warned: false,
    onChange: null, // (type) => void, called after each addition and removal
  };
}

function createList(type) {
  return { type, head: null, tail: null, count: 0, captures: 0, walkers: 0 };
}

function findList(table, type) {
  const { first } = table;
  if (first !== null && first.type === type) return first;
  return table.others === null ? undefined : table.others.get(type);
}

function makeList(table, type) {
  const found = findList(table, type);
  if (found !== undefined) return found;
  const list = createList(type);
  if (table.first === null) table.first = list;
  else (table.others ??= SafeMap()).set(type, list);
  return list;
}

function dropList(table, list) {
  if (table.first === list) table.first = null;
  else table.others.delete(list.type);
}

function find(table, type, callback, capture) {
  const list = findList(table, type);
  if (list === undefined) return null;
  for (let listener = list.head; listener !== null; listener = listener.next)
    if (listener.callback === callback && listener.capture === capture) return listener;
  return null;
}

/// Appends a listener; the caller has made sure that there is no equal one. `persistent`: runs even after stopImmediatePropagation(),
/// for what other built-ins hang on a signal.
function append(table, type, callback, capture, once, passive, persistent) {
  const list = makeList(table, type);
  const listener = {
    list, callback, capture, once, passive, persistent,
    number: nextNumber++, removed: false, previous: list.tail, next: null,
    undoSignal: null, // takes back what its `signal` option registered
  };
  if (list.tail === null) list.head = listener;
  else list.tail.next = listener;
  list.tail = listener;
  list.count++;
  if (capture) list.captures++;
  if (table.onChange !== null) table.onChange(type);
  return listener;
}

function remove(table, listener) {
  if (listener.removed) return;
  listener.removed = true;
  const { list, previous, next } = listener;
  if (previous === null) list.head = next;
  else previous.next = next;
  if (next === null) list.tail = previous;
  else next.previous = previous;
  listener.previous = null;
  if (list.walkers === 0) listener.next = null;
  list.count--;
  if (listener.capture) list.captures--;
  if (list.count === 0) dropList(table, list);
  const { undoSignal } = listener;
  if (undoSignal !== null) {
    listener.undoSignal = null;
    undoSignal();
  }
  if (table.onChange !== null) table.onChange(list.type);
}

module.exports = { append, createTable, find, findList, firstNew: () => nextNumber, remove };
