// MessageEvent (HTML, section 9.3): what a port, a channel or a worker hands to its listeners.
'use strict';

const { ArrayPrototypeSlice, ObjectFreeze, StringPrototypeToWellFormed } = primordials;
const { ConversionError, ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, ERR_MISSING_ARGS } = require('errors');
const { Event, internals: events } = require('event');
const { registerPlatformObject } = require('platform_objects');
const { defineInterface } = require('web_interface');
const { iteratorMethod, readSequence } = require('web_sequence');

let internals;

const lazyIsPort = (value) => require('message_port').isPort(value);

function toPorts(value, name) {
  const fail = () => new ConversionError(`${name} cannot be converted to sequence.`);
  const convert = (port, i) => {
    if (!lazyIsPort(port)) throw new ERR_INVALID_ARG_TYPE(`${name}[${i}]`, 'MessagePort', port);
    return port;
  };
  return frozen(readSequence(value, iteratorMethod(value), convert, fail));
}

// A program may read it, so it has Array's methods.
const frozen = (list) => ObjectFreeze(ArrayPrototypeSlice(list));

// Of the kinds of sources that HTML knows only ports are here; global objects and service workers are not.
function toSource(value, name) {
  if (value === undefined || value === null) return null;
  if (!lazyIsPort(value)) throw new ERR_INVALID_ARG_TYPE(name, 'MessagePort', value);
  return value;
}

class MessageEvent extends Event {
  #data = null;
  #origin = '';
  #lastEventId = '';
  #source = null;
  #ports = null; // null: none, and nobody has asked

  constructor(type, eventInitDict = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('type');
    super(type, eventInitDict);
    if (eventInitDict === undefined || eventInitDict === null) return;
    // In the order in which WebIDL reads the members of a dictionary.
    const { data } = eventInitDict;
    if (data !== undefined) this.#data = data;
    const { lastEventId } = eventInitDict;
    if (lastEventId !== undefined) this.#lastEventId = `${lastEventId}`;
    const { origin } = eventInitDict;
    if (origin !== undefined) this.#origin = StringPrototypeToWellFormed(`${origin}`);
    const { ports } = eventInitDict;
    if (ports !== undefined) this.#ports = toPorts(ports, 'init.ports');
    this.#source = toSource(eventInitDict.source, 'init.source');
  }

  get data() { return checked(this).#data; }
  get origin() { return checked(this).#origin; }
  get lastEventId() { return checked(this).#lastEventId; }
  get source() { return checked(this).#source; }
  get ports() { return (checked(this).#ports ??= frozen([])); }

  initMessageEvent(type, bubbles = false, cancelable = false, data = null, origin = '', lastEventId = '', source = null, ports = []) {
    checked(this);
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('type');
    type = `${type}`;
    origin = StringPrototypeToWellFormed(`${origin}`);
    lastEventId = `${lastEventId}`;
    source = toSource(source, 'source');
    ports = arguments.length < 8 || ports === undefined ? null : toPorts(ports, 'ports');
    if (events.isDispatching(this)) return;
    events.initialise(this, type, !!bubbles, !!cancelable);
    this.#data = data;
    this.#origin = origin;
    this.#lastEventId = lastEventId;
    this.#source = source;
    this.#ports = ports;
  }

  static {
    internals = {
      __proto__: null,
      isMessageEvent: (value) => typeof value === 'object' && value !== null && #data in value,
      /// A trusted one with what was delivered. `ports`: an array of ours, or null.
      make(type, data, ports, origin = '') {
        const event = new MessageEvent(type);
        event.#data = data;
        if (ports !== null) event.#ports = frozen(ports);
        if (origin !== '') event.#origin = origin;
        events.setTrusted(event, true);
        return event;
      },
      /// The same for another target.
      again(event) {
        const other = new MessageEvent(events.typeOf(event));
        other.#data = event.#data;
        other.#ports = event.#ports;
        events.setTrusted(other, true);
        return other;
      },
      dataOf: (event) => event.#data,
    };
  }
}

const { isMessageEvent } = internals;

function checked(value) {
  if (!isMessageEvent(value)) throw new ERR_INVALID_THIS('MessageEvent');
  return value;
}

defineInterface(MessageEvent, 'MessageEvent');
registerPlatformObject(MessageEvent.prototype);

module.exports = { MessageEvent, internals };
