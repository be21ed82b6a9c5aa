// eval of anything but a text gives it back, and runs nothing: that is no escape.
// outcome: output
const value = { toString: () => 'globalThis.ran = true', valueOf: () => 'globalThis.ran = true' };
try { eval(value); } catch {}
try { (0, eval)(new String('globalThis.ran = true')); } catch {}
console.log(globalThis.ran);
