// Asynchronous work that the engine does on threads of its own and that keeps a program alive while it is pending: WebAssembly
// compilation. The engine does not say what is pending, so its entry points count.
'use strict';

const { ObjectDefineProperty, ReflectApply, globalThis } = primordials;
const { state } = native;

const kEngineWork = 4; // a slot of `state`, see src/js/runtime_state.h
const { WebAssembly } = globalThis;

for (const name of WebAssembly === undefined ? [] : ['compile', 'instantiate']) {
  const original = WebAssembly[name];
  const counted = async (...args) => {
    state[kEngineWork]++;
    try {
      return await ReflectApply(original, WebAssembly, args);
    } finally {
      state[kEngineWork]--;
    }
  };
  ObjectDefineProperty(counted, 'name', { __proto__: null, value: name, configurable: true });
  ObjectDefineProperty(counted, 'length', { __proto__: null, value: original.length, configurable: true });
  ObjectDefineProperty(WebAssembly, name, { __proto__: null, value: counted, writable: true, enumerable: true, configurable: true });
}
