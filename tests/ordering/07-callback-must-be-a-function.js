// Timers and immediates refuse anything but a function; strings are never compiled.
globalThis.compiled = false;
for (const value of ['globalThis.compiled = true', undefined, null, 1, {}, /x/, true]) {
  for (const arm of [setTimeout, setInterval, setImmediate]) {
    try {
      arm(value, 1);
      console.log('accepted');
    } catch (error) {
      console.log(error.name, error.code, error.message);
    }
  }
}
setTimeout(() => console.log('compiled:', globalThis.compiled), 5);
