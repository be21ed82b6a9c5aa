// Objects of the web platform that are ours: structuredClone() must not take one for a plain object.
'use strict';

const { ObjectGetPrototypeOf, SafeMap } = primordials;

const registry = new SafeMap();

/// For each interface, with its prototype. `clone(object)` makes it serializable: it returns the copy, or undefined when the object
/// only inherits from the prototype and has no slots. Without it, cloning is refused.
function registerPlatformObject(prototype, clone = undefined) {
  registry.set(prototype, { __proto__: null, clone });
}

/// What was registered for `object`; undefined for what the language or the program made. The object is no proxy; if it inherits from
/// one, the search ends there.
function platformObject(object) {
  for (let at = ObjectGetPrototypeOf(object); at !== null; at = ObjectGetPrototypeOf(at)) {
    const found = registry.get(at);
    if (found !== undefined) return found;
    if (native.proxyTarget(at) !== undefined) return undefined;
  }
  return undefined;
}

module.exports = { platformObject, registerPlatformObject };
