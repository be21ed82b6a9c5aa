// The same for errors that arrive by promises.
// outcome: output
const attempts = {
  node: () => import('node:fs'), file: () => import('./no.mjs'), data: () => import('data:text/javascript,1'), empty: () => import(''), any: () => Promise.any([]),
  signal: () => new Promise((_, reject) => { const signal = AbortSignal.timeout(1); signal.onabort = () => reject(signal.reason); setTimeout(() => {}, 5); }),
};
(async () => {
  for (const [name, attempt] of Object.entries(attempts)) {
    try {
      await attempt();
      console.log(name, 'did not reject');
    } catch (error) {
      if (!(error instanceof Error) && !(error instanceof DOMException)) console.log(name, 'from another world');
      try {
        error.constructor.constructor('return 1');
        console.log(name, 'made');
      } catch (refusal) {
        if (!(refusal instanceof EvalError)) console.log(name, refusal);
      }
    }
  }
  console.log('done');
})();
