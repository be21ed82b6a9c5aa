// Event and CustomEvent (DOM, section 2.2 to 2.4). What makes an event lives in private fields: a program can neither read nor set it but
// through the interface, and no getter that it replaced is in the way of a dispatch, which goes through `internals` below.
'use strict';

const { ObjectDefineProperty, SymbolFor } = primordials;
const { state } = native;
const { ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, ERR_MISSING_ARGS } = require('errors');
const { defineConstants, defineInterface, inspectMembers } = require('web_interface');

// Milliseconds since the runtime's origin, as of the latest look at the clock: each callback and each reading of a clock by the program
// renews it (RuntimeCore::read_clock). So a time stamp is never ahead of a clock and never goes back, but may lag behind by what the
// callback has run. Asking C++ for the time took 130 ns, where an event with its dispatch takes 20.
const kNow = 6; // a slot of `state`, see src/js/runtime_state.h

// Attributes and flags in one field: fewer fields to set for each event.
const kBubbles = 1;
const kCancelable = 2;
const kComposed = 4;
const kCanceled = 8;
const kStopped = 16;
const kStoppedNow = 32; // stopImmediatePropagation()
const kInPassive = 64;
const kDispatching = 128;
const kTrusted = 256;
const kKept = kBubbles | kCancelable | kComposed; // what an event was made with

const NONE = 0;
const CAPTURING_PHASE = 1;
const AT_TARGET = 2;
const BUBBLING_PHASE = 3;

function requireDictionary(options) {
  if (typeof options !== 'object' && typeof options !== 'function')
    throw new ERR_INVALID_ARG_TYPE('options', 'object', options);
}

function readFlags(options) {
  requireDictionary(options);
  let flags = 0;
  if (options.bubbles) flags |= kBubbles;
  if (options.cancelable) flags |= kCancelable;
  if (options.composed) flags |= kComposed;
  return flags;
}

let internals;

class Event {
  #type;
  #target = null;
  #flags = 0;
  #time = state[kNow];

  constructor(type, options = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('type');
    this.#type = `${type}`;
    if (options !== undefined && options !== null) this.#flags = readFlags(options);
  }

  get type() { return checked(this).#type; }
  get target() { return checked(this).#target; }
  get srcElement() { return checked(this).#target; }
  // Without a tree the current target is the target, for as long as the event is under way.
  get currentTarget() { return checked(this).#flags & kDispatching ? this.#target : null; }
  get eventPhase() { return checked(this).#flags & kDispatching ? AT_TARGET : NONE; }
  get bubbles() { return (checked(this).#flags & kBubbles) !== 0; }
  get cancelable() { return (checked(this).#flags & kCancelable) !== 0; }
  get composed() { return (checked(this).#flags & kComposed) !== 0; }
  get defaultPrevented() { return (checked(this).#flags & kCanceled) !== 0; }
  get isTrusted() { return (checked(this).#flags & kTrusted) !== 0; }

  get timeStamp() {
    const time = checked(this).#time;
    // Somebody measures: from here on the time is a new one, or a loop that makes events until it changes would never end.
    if (time === state[kNow]) native.now();
    return time;
  }

  get returnValue() { return (checked(this).#flags & kCanceled) === 0; }
  set returnValue(value) {
    checked(this);
    if (!value) this.#cancel();
  }

  get cancelBubble() { return (checked(this).#flags & kStopped) !== 0; }
  set cancelBubble(value) {
    checked(this);
    if (value) this.#flags |= kStopped;
  }

  composedPath() {
    return checked(this).#flags & kDispatching ? [this.#target] : [];
  }

  stopPropagation() {
    checked(this).#flags |= kStopped;
  }

  stopImmediatePropagation() {
    checked(this).#flags |= kStopped | kStoppedNow;
  }

  preventDefault() {
    checked(this).#cancel();
  }

  initEvent(type, bubbles = false, cancelable = false) {
    checked(this);
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('type');
    this.#initialise(`${type}`, bubbles, cancelable);
  }

  #initialise(type, bubbles, cancelable) {
    if (this.#flags & kDispatching) return;
    this.#flags = (bubbles ? kBubbles : 0) | (cancelable ? kCancelable : 0) | (this.#flags & kComposed);
    this.#target = null;
    this.#type = type;
  }

  #cancel() {
    if ((this.#flags & (kCancelable | kInPassive)) === kCancelable) this.#flags |= kCanceled;
  }

  [SymbolFor('nodejs.util.inspect.custom')](depth, options) {
    checked(this);
    return inspectMembers(this, depth, options, {
      type: this.#type, defaultPrevented: (this.#flags & kCanceled) !== 0, cancelable: (this.#flags & kCancelable) !== 0,
      timeStamp: this.#time,
    });
  }

  static {
    const isEvent = (value) => typeof value === 'object' && value !== null && #type in value;
    internals = {
      __proto__: null,
      isEvent,
      typeOf: (event) => event.#type,
      isDispatching: (event) => (event.#flags & kDispatching) !== 0,
      isCanceled: (event) => (event.#flags & kCanceled) !== 0,
      isStopped: (event) => (event.#flags & kStopped) !== 0,
      isStoppedNow: (event) => (event.#flags & kStoppedNow) !== 0,
      begin(event, target) {
        event.#target = target;
        event.#flags |= kDispatching;
      },
      end(event) {
        event.#flags &= kKept | kCanceled | kTrusted;
      },
      setPassive(event, passive) {
        if (passive) event.#flags |= kInPassive;
        else event.#flags &= ~kInPassive;
      },
      setTrusted(event, trusted) {
        if (trusted) event.#flags |= kTrusted;
        else event.#flags &= ~kTrusted;
      },
      cancel: (event) => event.#cancel(),
      initialise: (event, type, bubbles, cancelable) => event.#initialise(type, bubbles, cancelable),
    };
  }
}

const { isEvent } = internals;

function checked(value) {
  if (!isEvent(value)) throw new ERR_INVALID_THIS('Event');
  return value;
}

class CustomEvent extends Event {
  #detail = null;

  constructor(type, options = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('type');
    super(type, options);
    const detail = options?.detail;
    if (detail !== undefined) this.#detail = detail;
  }

  get detail() { return checkedCustom(this).#detail; }

  initCustomEvent(type, bubbles = false, cancelable = false, detail = null) {
    checkedCustom(this);
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('type');
    type = `${type}`;
    if (internals.isDispatching(this)) return;
    internals.initialise(this, type, bubbles, cancelable);
    this.#detail = detail;
  }

  static {
    internals.isCustomEvent = (value) => isEvent(value) && #detail in value;
  }
}

function checkedCustom(value) {
  if (!internals.isCustomEvent(value)) throw new ERR_INVALID_THIS('CustomEvent');
  return value;
}

defineInterface(Event, 'Event');
defineInterface(CustomEvent, 'CustomEvent');
defineConstants(Event, { __proto__: null, NONE, CAPTURING_PHASE, AT_TARGET, BUBBLING_PHASE });
// Unforgeable as far as Node has it. WebIDL wants the accessor on every event, where defining it took 130 ns, six times what an event
// costs with its dispatch.
ObjectDefineProperty(Event.prototype, 'isTrusted', { __proto__: null, configurable: false });

module.exports = { CustomEvent, Event, internals };
