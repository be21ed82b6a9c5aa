// A registry's callback is given what it was told to hold, and runs as any other callback: eval is refused there, too.
// outcome: output
const registry = new FinalizationRegistry((held) => {
  try { held.constructor.constructor('return 1'); console.log('made'); } catch (error) { globalThis.refused = error.name; }
});
for (let i = 0; i < 1000; i++) registry.register({}, { held: i });
try { registry.register({}, registry); new FinalizationRegistry('text'); } catch (error) { console.log(error.name); }
let turns = 0;
const timer = setInterval(() => {
  for (let i = 0; i < 100; i++) new Array(1000).fill(i);
  if (++turns < 20 && !globalThis.refused) return;
  clearInterval(timer);
  console.log(globalThis.refused ?? 'EvalError');
}, 1);
