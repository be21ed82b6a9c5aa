// nextTick and queueMicrotask refuse a callback that is not a function, at the call.
for (const value of [undefined, null, 'code()', 7, {}, Symbol('s'), true, [1]]) {
  for (const schedule of [process.nextTick, queueMicrotask]) {
    try {
      schedule(value);
      console.log('accepted');
    } catch (error) {
      console.log(error.name, error.code, error.message);
    }
  }
}
