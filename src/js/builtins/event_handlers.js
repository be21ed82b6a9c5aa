// Event handler attributes (HTML, 8.1.8.1) of interfaces that are event targets: `onmessage` and its like. A handler keeps its place among
// the listeners when another function takes over, and loses it when it is set to null.
'use strict';

const { ObjectDefineProperty, ReflectApply, ReflectGetOwnPropertyDescriptor, SafeWeakMap } = primordials;
const { internals: targets } = require('event_target');
const { internals: events } = require('event');

/// Puts `on<type>` on the prototype. `check(value)` gives the target behind an instance, and throws for anything else. `wasSet(target)`, if
/// given, is called after each assignment. `call(callback, target, event)`: other than as HTML calls it.
function defineHandler(prototype, type, check, wasSet = undefined, call = callHandler) {
  const handlers = new SafeWeakMap(); // target -> { callback, listener }
  const name = `on${type}`;
  const { get, set } = ReflectGetOwnPropertyDescriptor({
    get [name]() {
      return handlers.get(check(this))?.callback ?? null;
    },
    set [name](value) {
      const target = check(this);
      assign(target, typeof value === 'function' || typeof value === 'object' ? value : null);
      if (wasSet !== undefined) wasSet(target);
    },
  }, name);
  ObjectDefineProperty(prototype, name, { __proto__: null, get, set, enumerable: true, configurable: true });

  function assign(target, callback) {
    const handler = handlers.get(target);
    if (callback === null) {
      if (handler === undefined) return;
      handlers.delete(target);
      targets.removeListener(target, handler.listener);
    } else if (handler !== undefined) {
      handler.callback = callback;
    } else {
      const made = { callback, listener: null };
      handlers.set(target, made);
      const listen = (event) => (typeof made.callback === 'function' ? call(made.callback, target, event) : undefined);
      made.listener = targets.addListener(target, type, listen, false, false, false, false);
    }
  }
}

function callHandler(callback, target, event) {
  if (ReflectApply(callback, target, [event]) === false) events.cancel(event);
}

module.exports = { defineHandler };
