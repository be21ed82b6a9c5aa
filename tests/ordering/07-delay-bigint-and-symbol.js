// A BigInt or Symbol delay is a TypeError at the call.
for (const value of [10n, Symbol('s'), { [Symbol.toPrimitive]: () => 5n }, Object.create(null)]) {
  for (const arm of [setTimeout, setInterval]) {
    try {
      clearTimeout(arm(() => console.log('never'), value));
      console.log('accepted');
    } catch (error) {
      console.log(error.name, error.constructor === TypeError, error.code);
    }
  }
}
