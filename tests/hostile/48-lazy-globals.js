// Globals that are loaded when first looked at behave like plain ones: replaced, deleted, inherited, frozen.
const { log } = console;
TextEncoder = 'mine';
log(TextEncoder, Object.getOwnPropertyDescriptor(globalThis, 'TextEncoder').writable);
log(delete globalThis.atob, typeof atob);
const child = Object.create(globalThis);
child.btoa = 'own';
log(Object.keys(child), typeof btoa, Object.getOwnPropertyDescriptor(child, 'btoa'));
class Inherits { static { Object.setPrototypeOf(Inherits, globalThis); } }
log(Inherits.TextDecoder === TextDecoder);
log([...Object.keys(globalThis)].filter((key) => ['structuredClone', 'crypto', 'performance', 'Crypto', 'console'].includes(key)).sort());
// Little stack left when it is first asked for: the next one to ask gets all of it.
let failed = 0;
let worked = 0;
function deep() {
  try {
    deep();
  } catch (error) {
    if (worked < 3) {
      try {
        structuredClone({ a: [1] });
        worked++;
      } catch { failed++; }
    }
    throw error;
  }
}
try { deep(); } catch (error) { log(error.name); }
log(structuredClone({ a: 1 }), failed > 0, worked);
Object.freeze(globalThis);
log(typeof Crypto, Crypto === Crypto, typeof crypto.randomUUID(), typeof performance.now(), Performance === Performance);
(function strict() {
  'use strict';
  try { Crypto = 1; } catch (error) { log(error.name); }
  try { Performance = 1; } catch (error) { log(error.name); }
})();
