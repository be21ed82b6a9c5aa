// Errors that the host throws come from its own code: do they lead to another world, where eval is allowed?
// outcome: output
const attempts = {
  setTimeout: () => setTimeout('x'), URL: () => new URL('no'), atob: () => atob('\u0100'), structuredClone: () => structuredClone(() => {}), require: () => require(1),
  requireNode: () => require('node:fs'), exit: () => process.exit('x'), random: () => crypto.getRandomValues(1), decoder: () => new TextDecoder('no'),
  timeout: () => AbortSignal.timeout(-1), eval: () => (0, eval)('1'), Function: () => Function('1'), repeat: () => 'x'.repeat(1 << 28), buffer: () => new ArrayBuffer(2 ** 40),
  none: () => null.x, warning: () => process.emitWarning(1), event: () => new Event(), uri: () => decodeURIComponent('%'), locale: () => new Intl.Locale('?'),
  json: () => JSON.parse('{'), array: () => new Array(-1), symbol: () => +Symbol(),
};
for (const [name, attempt] of Object.entries(attempts)) {
  let error;
  try { attempt(); console.log(name, 'did not throw'); continue; } catch (thrown) { error = thrown; }
  if (!(error instanceof Error)) console.log(name, 'from another world', error);
  try {
    error.constructor.constructor('return globalThis')();
    console.log(name, 'made');
  } catch (refusal) {
    if (!(refusal instanceof EvalError)) console.log(name, refusal);
  }
}
console.log('done');
