// EventTarget with the methods of an emitter, as Node's MessagePort has them. A listener added with on() is given what the event brings (the message
// itself), one added with addEventListener() the event.
'use strict';

const { ReflectApply, SafeMap, SafeWeakMap, ArrayPrototypeSlice, bareArray, isObject } = primordials;
const { ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, validateNumber } = require('errors');
const { CustomEvent } = require('event');
const { EventTarget, internals: targets } = require('event_target');
const { internals: messageEvents } = require('message_event');
const { findList } = require('event_listeners');

// target -> type -> callback -> the listener that calls it
const emitters = new SafeWeakMap();
const emitted = new SafeWeakMap(); // event -> what emit() was given
// Who makes the events that are delivered to on(): they bring their data.
const valueOf = (event) => {
  if (emitted.has(event)) return emitted.get(event);
  return messageEvents.isMessageEvent(event) ? messageEvents.dataOf(event) : event;
};

function callbacksOf(target, type, make) {
  let types = emitters.get(target);
  if (types === undefined) {
    if (!make) return undefined;
    emitters.set(target, types = new SafeMap());
  }
  let callbacks = types.get(type);
  if (callbacks === undefined && make) types.set(type, callbacks = new SafeMap());
  return callbacks;
}

function listen(target, type, callback, once) {
  if (!targets.isEventTarget(target)) throw new ERR_INVALID_THIS('NodeEventTarget');
  type = `${type}`;
  if (!isObject(callback)) throw new ERR_INVALID_ARG_TYPE('listener', 'EventListener', callback);
  const callbacks = callbacksOf(target, type, true);
  const known = callbacks.get(callback);
  if (known !== undefined && !known.removed) return target;
  const call = (event) => {
    if (once) callbacks.delete(callback);
    const value = valueOf(event);
    return typeof callback === 'function' ? ReflectApply(callback, target, [value]) : callback.handleEvent(value);
  };
  callbacks.set(callback, targets.addListener(target, type, call, false, once, false, false));
  return target;
}

function unlisten(target, type, callback, options) {
  if (!targets.isEventTarget(target)) throw new ERR_INVALID_THIS('NodeEventTarget');
  type = `${type}`;
  const callbacks = callbacksOf(target, type, false);
  const known = callbacks?.get(callback);
  if (known !== undefined) {
    callbacks.delete(callback);
    targets.removeListener(target, known);
  } else {
    ReflectApply(targets.methods.removeEventListener, target, [type, callback, options]);
  }
  return target;
}

function typesOf(target) {
  const table = targets.existingTableOf(target);
  const names = bareArray();
  if (table === null) return names;
  if (table.first !== null) names[0] = table.first.type;
  if (table.others !== null) {
    table.others.forEach((list, type) => {
      names[names.length] = type;
    });
  }
  return names;
}

function removeAll(target, type) {
  const table = targets.existingTableOf(target);
  if (table === null) return;
  const list = findList(table, type);
  while (list !== undefined && list.head !== null) targets.removeListener(target, list.head);
  callbacksOf(target, type, false)?.clear();
}

class NodeEventTarget extends EventTarget {
  setMaxListeners(n) {
    validateNumber(n, 'n', 0);
    targets.setMaxListeners(this, n);
  }
  getMaxListeners() { return targets.maxListenersOf(this); }
  eventNames() { return ArrayPrototypeSlice(typesOf(this)); }
  listenerCount(type) { return targets.countListeners(this, `${type}`); }
  off(type, listener, options = undefined) { return unlisten(this, type, listener, options); }
  removeListener(type, listener, options = undefined) { return unlisten(this, type, listener, options); }
  on(type, listener) { return listen(this, type, listener, false); }
  addListener(type, listener) { return listen(this, type, listener, false); }
  once(type, listener) { return listen(this, type, listener, true); }
  emit(type, arg) {
    if (!targets.isEventTarget(this)) throw new ERR_INVALID_THIS('NodeEventTarget');
    type = `${type}`;
    const had = targets.countListeners(this, type) > 0;
    if (!had) return false;
    const event = type === 'message' || type === 'messageerror' ? messageEvents.make(type, arg, null) : new CustomEvent(type, { __proto__: null, detail: arg });
    emitted.set(event, arg);
    targets.dispatch(this, event);
    return true;
  }
  removeAllListeners(type = undefined) {
    if (!targets.isEventTarget(this)) throw new ERR_INVALID_THIS('NodeEventTarget');
    if (type !== undefined) {
      removeAll(this, `${type}`);
    } else {
      const types = typesOf(this);
      for (let i = 0; i < types.length; i++) removeAll(this, types[i]);
    }
    return this;
  }
}

module.exports = { NodeEventTarget };
