// ES modules are parsed in a world of the host's own. Their errors of syntax must not lead there.
// outcome: output
// policy: {"modules":true}
(async () => {
  for (const load of [() => import('./fixtures/bad_syntax.mjs'), () => import('./fixtures/bad_import.mjs'), () => require('./fixtures/bad_syntax.mjs')]) {
    try {
      await load();
      console.log('loaded');
    } catch (error) {
      console.log(error.name, error instanceof SyntaxError, error.constructor === SyntaxError);
      for (const value of [error, ...Object.values(Object.getOwnPropertyDescriptors(error)).map((found) => found.value)]) {
        if (value === undefined || value === null) continue;
        try {
          value.constructor.constructor('return 1');
          console.log('made');
        } catch (refusal) {
          if (!(refusal instanceof EvalError)) console.log(refusal);
        }
      }
    }
  }
})();
