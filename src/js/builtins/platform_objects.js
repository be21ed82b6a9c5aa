// Objects of the web platform that are ours: structuredClone() must not take one for a plain object.
'use strict';

const { ObjectGetPrototypeOf, SafeMap } = primordials;

const registry = new SafeMap();

/// For each interface, with its prototype. `clone(object)` makes it serializable: it returns the copy, or undefined when the object
/// only inherits from the prototype and has no slots. Without it, cloning is refused. `transfer` makes it transferable: { is(object),
/// name, isDetached(object), move(object), export(object) }, where move() returns what takes its place here, and export() what another runtime
/// makes one of.
function registerPlatformObject(prototype, clone = undefined, transfer = undefined) {
  registry.set(prototype, { __proto__: null, clone, transfer, wire: undefined });
}

const wires = new SafeMap(); // by name

/// Makes objects of a registered interface serializable for another runtime: `write(object)` returns a value that can be sent, or undefined as clone()
/// does; `read(value)` makes the object there.
function registerWire(prototype, name, write, read) {
  const wire = { __proto__: null, name, write, read };
  registry.get(prototype).wire = wire;
  wires.set(name, wire);
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

module.exports = { platformObject, registerPlatformObject, registerWire, wireNamed: (name) => wires.get(name) };
