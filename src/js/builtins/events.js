// `node:events`: EventEmitter; once() and on() are in events_async.js. Listeners of one event are kept as a bare function (the
// usual case) or an array; emit() walks a copy of that array, so adding and removing during an emit touches only the next
// one. Loops are by index: Array.prototype may be tampered with.
'use strict';

const {
  Error, FunctionPrototypeCall, NumberIsNaN, ObjectCreate, ObjectDefineProperty, ObjectGetPrototypeOf, ReflectApply,
  ReflectOwnKeys, String, Symbol, SymbolFor, restOf,
} = primordials;
const { ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE, ERR_UNHANDLED_ERROR, validateBoolean, validateFunction } = require('errors');
const isNativeError = (value) => require('native_error').isNativeError(value);

const errorMonitor = Symbol('events.errorMonitor');
const kCapture = Symbol('kCapture'); // whether a listener's rejected promise becomes an 'error' event; own only where it is set
let defaultMaxListeners = 10;

// A function, not a class: old code calls `EventEmitter.call(this)`.
function EventEmitter(options) {
  FunctionPrototypeCall(initialise, this);
  const capture = options?.captureRejections;
  if (!capture) return;
  validateBoolean(capture, 'options.captureRejections');
  setCapture(this, true);
}

function setCapture(emitter, value) {
  ObjectDefineProperty(emitter, kCapture, { __proto__: null, value, writable: true, enumerable: false, configurable: true });
}

// Also runs from the first on() of an object whose constructor never called ours. A table seen through the prototype
// (`Sub.prototype = new EventEmitter()`) belongs to that prototype, not to this object.
function initialise() {
  if (this._events === undefined || this._events === ObjectGetPrototypeOf(this)._events) {
    this._events = ObjectCreate(null);
    this._eventsCount = 0;
  }
  this._maxListeners = this._maxListeners || undefined;
}

const proto = EventEmitter.prototype;
proto._events = undefined;
proto._eventsCount = 0;
proto._maxListeners = undefined;
setCapture(proto, false);

function checkLimit(value, name) {
  if (typeof value !== 'number') throw new ERR_INVALID_ARG_TYPE(name, 'number', value);
  if (value < 0 || NumberIsNaN(value)) throw new ERR_OUT_OF_RANGE(name, '>= 0', value);
}

ObjectDefineProperty(EventEmitter, 'defaultMaxListeners', {
  enumerable: true,
  get() { return defaultMaxListeners; },
  set(value) {
    checkLimit(value, 'defaultMaxListeners');
    defaultMaxListeners = value;
  },
});

ObjectDefineProperty(EventEmitter, 'captureRejections', {
  enumerable: true,
  get() { return proto[kCapture]; },
  set(value) {
    validateBoolean(value, 'EventEmitter.captureRejections');
    setCapture(proto, value);
  },
});

function limitOf(emitter) {
  return emitter._maxListeners === undefined ? defaultMaxListeners : emitter._maxListeners;
}

proto.setMaxListeners = function setMaxListeners(n) {
  checkLimit(n, 'setMaxListeners');
  this._maxListeners = n;
  return this;
};

proto.getMaxListeners = function getMaxListeners() {
  return limitOf(this);
};

function copyOf(list) {
  return restOf(list, 0);
}

// Defines instead of storing: an index setter on Array.prototype sees nothing.
function append(list, item) {
  ObjectDefineProperty(list, list.length, { __proto__: null, value: item, writable: true, enumerable: true, configurable: true });
}

function throwUnhandled(emitter, error) {
  // Anything that is or claims to be an Error is thrown untouched; the rest needs a carrier with a stack.
  if (isNativeError(error) || error instanceof Error) throw error;
  let text;
  try {
    text = require('inspect').inspectStrictly(error);
  } catch {
    text = String(error);
  }
  const carrier = new ERR_UNHANDLED_ERROR(text);
  carrier.context = error;
  throw carrier;
}

proto.emit = function emit(type, ...args) {
  const events = this._events;
  if (type === 'error') {
    if (events !== undefined && events[errorMonitor] !== undefined) {
      // The monitor only watches: it does not count as a handler.
      ReflectApply(emit, this, [errorMonitor, args[0]]);
    }
    if (events === undefined || events.error === undefined) throwUnhandled(this, args[0]);
  }
  if (events === undefined) return false;
  const handler = events[type];
  if (handler === undefined) return false;
  if (typeof handler === 'function') {
    const result = ReflectApply(handler, this, args);
    if (result !== undefined && this[kCapture]) require('events_async').capture(this, result, type, args, kCapture);
  } else {
    const list = copyOf(handler);
    for (let i = 0; i < list.length; i++) {
      const result = ReflectApply(list[i], this, args);
      if (result !== undefined && this[kCapture]) require('events_async').capture(this, result, type, args, kCapture);
    }
  }
  return true;
};

function warnAboutLeak(emitter, type, count) {
  const process = native.process;
  if (!process || typeof process.emitWarning !== 'function') return;
  const { inspect } = require('inspect');
  const warning = new Error(`Possible EventEmitter memory leak detected. ${count} ${String(type)} listeners added to ` +
    `${inspect(emitter, { depth: -1 })}. MaxListeners is ${limitOf(emitter)}. ` +
    'Use emitter.setMaxListeners() to increase limit');
  warning.name = 'MaxListenersExceededWarning';
  warning.emitter = emitter;
  warning.type = type;
  warning.count = count;
  process.emitWarning(warning);
}

function add(emitter, type, listener, atFront) {
  validateFunction(listener, 'listener');
  if (emitter._events === undefined) FunctionPrototypeCall(initialise, emitter);
  // Announced before it is added, so that a 'newListener' listener never hears of itself.
  if (emitter._events.newListener !== undefined) {
    emitter.emit('newListener', type, listener.listener ? listener.listener : listener);
  }
  const events = emitter._events;
  const known = events[type];
  if (known === undefined) {
    events[type] = listener;
    emitter._eventsCount++;
    return emitter;
  }
  let list = known;
  if (typeof known === 'function') {
    list = events[type] = atFront ? [listener, known] : [known, listener];
  } else if (atFront) {
    append(list, listener);
    for (let i = list.length - 1; i > 0; i--) list[i] = list[i - 1];
    list[0] = listener;
  } else {
    append(list, listener);
  }
  const limit = limitOf(emitter);
  if (limit > 0 && list.length > limit && !list.warned) {
    list.warned = true;
    warnAboutLeak(emitter, type, list.length);
  }
  return emitter;
}

function wrapOnce(emitter, type, listener) {
  validateFunction(listener, 'listener');
  let fired = false;
  const wrapper = (...args) => {
    // A nested emit may hold a copy of the list that still contains this wrapper.
    if (fired) return undefined;
    fired = true;
    emitter.removeListener(type, wrapper);
    return ReflectApply(listener, emitter, args);
  };
  wrapper.listener = listener;
  return wrapper;
}

proto.addListener = function addListener(type, listener) {
  return add(this, type, listener, false);
};
proto.on = proto.addListener;

proto.prependListener = function prependListener(type, listener) {
  return add(this, type, listener, true);
};

proto.once = function once(type, listener) {
  this.on(type, wrapOnce(this, type, listener));
  return this;
};

proto.prependOnceListener = function prependOnceListener(type, listener) {
  this.prependListener(type, wrapOnce(this, type, listener));
  return this;
};

function drop(emitter, type) {
  if (--emitter._eventsCount === 0) emitter._events = ObjectCreate(null);
  else delete emitter._events[type];
}

proto.removeListener = function removeListener(type, listener) {
  validateFunction(listener, 'listener');
  const events = this._events;
  if (events === undefined) return this;
  const known = events[type];
  if (known === undefined) return this;
  // What 'removeListener' is told. As in Node, a once() wrapper is looked through only when it was the sole listener.
  let removed = listener;
  if (typeof known === 'function') {
    if (known !== listener && known.listener !== listener) return this;
    if (known.listener) removed = known.listener;
    drop(this, type);
    if (type === 'removeListener') return this;
  } else {
    // The most recently added match goes first.
    let at = known.length - 1;
    while (at >= 0 && known[at] !== listener && known[at].listener !== listener) at--;
    if (at < 0) return this;
    for (let i = at; i < known.length - 1; i++) known[i] = known[i + 1];
    known.length--;
    if (known.length === 1) events[type] = known[0];
  }
  if (events.removeListener !== undefined) this.emit('removeListener', type, removed);
  return this;
};
proto.off = proto.removeListener;

proto.removeAllListeners = function removeAllListeners(type) {
  const events = this._events;
  if (events === undefined) return this;
  if (events.removeListener === undefined) {
    // Nobody is told, so whole tables can go.
    if (arguments.length === 0) {
      this._events = ObjectCreate(null);
      this._eventsCount = 0;
    } else if (events[type] !== undefined) {
      drop(this, type);
    }
    return this;
  }
  if (arguments.length === 0) {
    const names = ReflectOwnKeys(events);
    for (let i = 0; i < names.length; i++) if (names[i] !== 'removeListener') this.removeAllListeners(names[i]);
    this.removeAllListeners('removeListener');
    this._events = ObjectCreate(null);
    this._eventsCount = 0;
    return this;
  }
  const known = events[type];
  if (typeof known === 'function') {
    this.removeListener(type, known);
  } else if (known !== undefined) {
    const list = copyOf(known);
    for (let i = list.length - 1; i >= 0; i--) this.removeListener(type, list[i]);
  }
  return this;
};

function listenersOf(emitter, type, unwrap) {
  const known = emitter._events === undefined ? undefined : emitter._events[type];
  if (known === undefined) return [];
  const list = typeof known === 'function' ? [known] : copyOf(known);
  if (unwrap) for (let i = 0; i < list.length; i++) list[i] = list[i].listener || list[i];
  return list;
}

proto.listeners = function listeners(type) {
  return listenersOf(this, type, true);
};

proto.rawListeners = function rawListeners(type) {
  return listenersOf(this, type, false);
};

proto.listenerCount = function listenerCount(type, listener) {
  const known = this._events === undefined ? undefined : this._events[type];
  if (known === undefined) return 0;
  if (listener == null) return typeof known === 'function' ? 1 : known.length;
  const list = listenersOf(this, type, false);
  let count = 0;
  for (let i = 0; i < list.length; i++) if (list[i] === listener || list[i].listener === listener) count++;
  return count;
};

proto.eventNames = function eventNames() {
  return this._eventsCount > 0 ? ReflectOwnKeys(this._events) : [];
};

// The statics also take an EventTarget. What only they need is loaded when one of them needs it.
const kinds = ['EventEmitter', 'EventTarget'];

function targetsOf(value, name) {
  const targets = require('event_target').internals;
  if (!targets.isEventTarget(value)) throw new ERR_INVALID_ARG_TYPE(name, kinds, value);
  return targets;
}

function listenerCount(emitter, type) {
  if (typeof emitter.listenerCount === 'function') return emitter.listenerCount(type);
  return targetsOf(emitter, 'emitter').countListeners(emitter, type);
}

function getEventListeners(emitter, type) {
  if (typeof emitter.listeners === 'function') return emitter.listeners(type);
  return targetsOf(emitter, 'emitter').listenersOf(emitter, type);
}

function setMaxListeners(n = defaultMaxListeners, ...eventTargets) {
  checkLimit(n, 'setMaxListeners');
  if (eventTargets.length === 0) defaultMaxListeners = n;
  for (let i = 0; i < eventTargets.length; i++) {
    const target = eventTargets[i];
    if (typeof target.setMaxListeners === 'function') target.setMaxListeners(n);
    else targetsOf(target, 'eventTargets').setMaxListeners(target, n);
  }
}

function getMaxListeners(emitter) {
  if (typeof emitter?.getMaxListeners === 'function') return emitter.getMaxListeners();
  return targetsOf(emitter, 'emitter').maxListenersOf(emitter);
}

EventEmitter.addAbortListener = function addAbortListener(signal, listener) {
  return require('abort_listener').addAbortListener(signal, listener);
};
EventEmitter.once = function once(emitter, name, options = {}) {
  return require('events_async').once(emitter, name, options);
};
EventEmitter.on = function on(emitter, name, options = {}) {
  return require('events_async').on(emitter, name, options);
};
EventEmitter.getEventListeners = getEventListeners;
EventEmitter.listenerCount = listenerCount;
EventEmitter.getMaxListeners = getMaxListeners;
EventEmitter.setMaxListeners = setMaxListeners;
EventEmitter.EventEmitter = EventEmitter;
EventEmitter.errorMonitor = errorMonitor;
EventEmitter.captureRejectionSymbol = SymbolFor('nodejs.rejection');
EventEmitter.usingDomains = false;

module.exports = EventEmitter;
