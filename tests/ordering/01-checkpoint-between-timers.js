// Ticks and then microtasks drain after every single timer callback, not once per timers pass.
for (const name of ['A', 'B', 'C']) {
  setTimeout(() => {
    console.log(`timer ${name}`);
    Promise.resolve().then(() => console.log(`  promise ${name}`));
    process.nextTick(() => console.log(`  tick ${name}`));
  }, 1);
}
for (const end = Date.now() + 20; Date.now() < end;);    // until all of them are due in one pass
