// EventTarget (DOM, section 2.7) and the dispatch of an event (2.9) to one target: without a tree there is no path, but the target's
// capturing listeners still come first, and stopPropagation() in one of them spares the others.
// As in Node, what a listener throws, and what a promise it returned is rejected with, becomes an uncaught exception in a next-tick of
// its own (docs/semantics.md, rule 21). In the profile web it is reported, as in DOM, and the global object is an event target, too.
'use strict';

const { ArrayPrototypeSlice, Error, ReflectApply, SymbolFor, bareArray, globalThis, isObject } = primordials;
const {
  ConversionError, ERR_EVENT_RECURSION, ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, ERR_MISSING_ARGS, validateAbortSignal,
} = require('errors');
const EventEmitter = require('events');
const { nextTick } = require('task_queues');
const { append, createTable, find, findList, firstNew, remove } = require('event_listeners');
const { defineInterface, inspectMembers } = require('web_interface');
const {
  begin, end, isCanceled, isDispatching, isEvent, isStopped, isStoppedNow, setPassive, setTrusted, typeOf,
} = require('event').internals;

const { web } = native; // see web_errors.js; undefined in the profile node

// What AbortSignal brings when it is loaded; until then no value is one.
let signals = { __proto__: null, isAbortSignal: () => false, isAborted: undefined, addAlgorithm: undefined };

function toType(type) {
  if (typeof type === 'string') return type;
  if (typeof type === 'symbol') throw new ConversionError('Value is a Symbol and cannot be converted to a string.');
  return `${type}`;
}

function requireCallback(callback) {
  if (callback !== undefined && callback !== null && !isObject(callback))
    throw new ERR_INVALID_ARG_TYPE('listener', 'EventListener', callback);
}

function throwLater(error) {
  nextTick((thrown) => { throw thrown; }, error);
}

// A listener of the kind that returns promises is not expected to handle its errors either.
function watchResult(result) {
  const { then } = result;
  if (typeof then === 'function') ReflectApply(then, result, [undefined, throwLater]);
}

// Looked up at each call. An object that has none is let be, as in Node; DOM would have us report it.
function callObject(callback, event) {
  const { handleEvent } = callback;
  if (handleEvent === undefined || handleEvent === null) return undefined;
  if (typeof handleEvent !== 'function') throw new ERR_INVALID_ARG_TYPE('listener.handleEvent', 'function', handleEvent);
  return ReflectApply(handleEvent, callback, [event]);
}

function emitWarning(target, type, name, message, count) {
  const warning = new Error(message);
  warning.name = name;
  warning.target = target;
  warning.type = type;
  if (count !== undefined) warning.count = count;
  native.process.emitWarning(warning);
}

function warnAboutLeak(target, type, count, limit) {
  const { inspect } = require('inspect');
  emitWarning(target, type, 'MaxListenersExceededWarning',
    `Possible EventTarget memory leak detected. ${count} ${type} listeners added to ${inspect(target, { depth: -1 })}. ` +
    `MaxListeners is ${limit}. Use events.setMaxListeners() to increase limit`, count);
}

let internals;

class EventTarget {
  #table = null; // made with the first listener
  #callee = null;

  addEventListener(type, listener, options = undefined) {
    const target = checked(this);
    if (arguments.length < 2) throw new ERR_MISSING_ARGS('type', 'listener');
    type = toType(type);
    requireCallback(listener);
    let capture = false;
    let once = false;
    let passive = false;
    let signal;
    if (isObject(options)) {
      capture = !!options.capture;
      once = !!options.once;
      passive = !!options.passive;
      signal = options.signal;
      if (signal !== undefined) {
        validateAbortSignal(signal, 'options.signal');
        if (signals.isAbortSignal(signal) ? signals.isAborted(signal) : signal.aborted) return;
      }
    } else {
      capture = !!options;
    }
    if (listener === undefined || listener === null) {
      if (web === undefined) emitWarning(this, type, 'AddEventListenerArgumentTypeWarning',
        `addEventListener called with ${listener} which has no effect.`);
      return;
    }
    const table = tableOf(target);
    if (find(table, type, listener, capture) !== null) return;
    const added = addListener(target, type, listener, capture, once, passive, false);
    if (signal !== undefined) removeOnAbort(table, added, signal);
  }

  removeEventListener(type, listener, options = undefined) {
    const target = checked(this);
    if (arguments.length < 2) throw new ERR_MISSING_ARGS('type', 'listener');
    type = toType(type);
    requireCallback(listener);
    const capture = isObject(options) ? !!options.capture : !!options;
    const table = target.#table;
    if (table === null) return;
    const found = find(table, type, listener, capture);
    if (found !== null) remove(table, found);
  }

  dispatchEvent(event) {
    const target = checked(this);
    if (!isEvent(event)) {
      if (arguments.length === 0) throw new ERR_MISSING_ARGS('event');
      throw new ERR_INVALID_ARG_TYPE('event', 'Event', event);
    }
    if (isDispatching(event)) throw new ERR_EVENT_RECURSION(typeOf(event));
    setTrusted(event, false);
    return dispatch(target, event);
  }

  [SymbolFor('nodejs.util.inspect.custom')](depth, options) {
    checked(this);
    return inspectMembers(this, depth, options, {});
  }

  static {
    // With the target as `this`: a call through a private field takes no function a program could have replaced, and a tenth of the
    // time of Reflect.apply.
    const callFunction = (target, callback, event) => {
      target.#callee = callback;
      return target.#callee(event);
    };

    const call = (target, callback, event) => {
      try {
        const result = typeof callback === 'function' ? callFunction(target, callback, event) : callObject(callback, event);
        if (result !== undefined && isObject(result)) watchResult(result);
      } catch (error) {
        throwLater(error);
      }
    };

    // By DOM's rules.
    const callInWeb = (target, callback, event) => {
      const { afterListener } = web;
      web.afterListener = null; // not for what this one dispatches
      try {
        if (typeof callback === 'function') {
          ReflectApply(callback, faceOf(target), [event]);
        } else {
          const { handleEvent } = callback;
          if (typeof handleEvent !== 'function') throw new ERR_INVALID_ARG_TYPE('listener.handleEvent', 'function', handleEvent);
          ReflectApply(handleEvent, callback, [event]);
        }
      } catch (error) {
        web.report(error);
      }
      if (afterListener === null) return;
      afterListener();
      web.afterListener = afterListener;
    };
    const callListener = web === undefined ? call : callInWeb;

    const walk = (target, table, list, event, capture) => {
      const end = firstNew();
      const stopped = isStopped(event);
      list.walkers++;
      let listener = list.head;
      while (listener !== null && listener.number < end) {
        if (!listener.removed && listener.capture === capture && (listener.persistent || !(stopped || isStoppedNow(event)))) {
          if (listener.once) remove(table, listener);
          if (listener.passive) {
            setPassive(event, true);
            callListener(target, listener.callback, event);
            setPassive(event, false);
          } else {
            callListener(target, listener.callback, event);
          }
        }
        const { next } = listener;
        if (listener.removed && list.walkers === 1) listener.next = null; // or one that is held somewhere holds all behind it
        listener = next;
      }
      list.walkers--;
    };

    const dispatch = (target, event) => {
      begin(event, web === undefined ? target : faceOf(target));
      const table = target.#table;
      if (table !== null) {
        let list = findList(table, typeOf(event));
        if (list !== undefined && list.captures > 0) {
          walk(target, table, list, event, true);
          list = findList(table, typeOf(event)); // the capturing listeners may have emptied it, or begun another
        }
        if (list !== undefined) walk(target, table, list, event, false);
        target.#callee = null; // keeps no listener alive
      }
      end(event);
      return !isCanceled(event);
    };

    internals = {
      __proto__: null,
      isEventTarget: (value) => isObject(value) && #table in value,
      dispatch,
      /// The target's table; made when there is none.
      tableOf(target) {
        if (target.#table !== null) return target.#table;
        const table = createTable();
        table.limit = web !== undefined || signals.isAbortSignal(target) ? 0 : EventEmitter.defaultMaxListeners;
        return (target.#table = table);
      },
      /// null when it never had a listener.
      existingTableOf: (target) => target.#table,
    };
  }
}

const { dispatch, existingTableOf, isEventTarget, tableOf } = internals;

// The target behind `this`: for the global object, which functions called without an object mean, one of ours.
function checked(value) {
  if (isEventTarget(value)) return value;
  if (web !== undefined && (value === undefined || value === null || value === globalThis)) return web.scope;
  throw new ERR_INVALID_THIS('EventTarget');
}

// What a program sees of a target.
function faceOf(target) {
  return target === web.scope ? globalThis : target;
}

function addListener(target, type, callback, capture, once, passive, persistent) {
  const table = tableOf(target);
  const listener = append(table, type, callback, capture, once, passive, persistent);
  const { limit } = table;
  if (limit > 0 && listener.list.count > limit && !table.warned) {
    table.warned = true;
    warnAboutLeak(target, type, listener.list.count, limit);
  }
  return listener;
}

function removeOnAbort(table, listener, signal) {
  const abort = () => remove(table, listener);
  if (signals.isAbortSignal(signal)) listener.undoSignal = signals.addAlgorithm(signal, abort);
  else signal.addEventListener('abort', abort, { __proto__: null, once: true }); // of another make: it has what it showed
}

// The callbacks for a type, oldest first.
function listenersOf(target, type) {
  const callbacks = bareArray();
  const table = existingTableOf(target);
  const list = table === null ? undefined : findList(table, type);
  if (list !== undefined)
    for (let listener = list.head; listener !== null; listener = listener.next) callbacks[callbacks.length] = listener.callback;
  return ArrayPrototypeSlice(callbacks);
}

function countListeners(target, type) {
  const table = existingTableOf(target);
  const list = table === null ? undefined : findList(table, type);
  return list === undefined ? 0 : list.count;
}

defineInterface(EventTarget, 'EventTarget');

if (web !== undefined) {
  web.scope = new EventTarget();
  web.dispatch = (event) => dispatch(web.scope, event);
  web.countListeners = (type) => countListeners(web.scope, type);
}
const { addEventListener, dispatchEvent, removeEventListener } = EventTarget.prototype;

module.exports = {
  EventTarget,
  internals: {
    __proto__: null,
    methods: { __proto__: null, addEventListener, dispatchEvent, removeEventListener }, // as they were made
    addListener, countListeners, dispatch, existingTableOf, isEventTarget, listenersOf, tableOf,
    connectSignals(functions) {
      signals = functions;
    },
    removeListener(target, listener) {
      remove(tableOf(target), listener);
    },
    maxListenersOf: (target) => tableOf(target).limit,
    setMaxListeners(target, limit) {
      const table = tableOf(target);
      table.limit = limit;
      table.warned = false;
    },
  },
};

if (web !== undefined && native.start.worker !== undefined) native.connectScope(web.scope);
