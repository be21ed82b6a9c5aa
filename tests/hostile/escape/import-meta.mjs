// import.meta offers ways to find and load files.
// outcome: output
const attempts = [() => import.meta.resolve('node:fs'), () => import.meta.require('fs'), () => import.meta.constructor.constructor('1'), () => import.meta.main];
for (const attempt of attempts) {
  try {
    const found = attempt();
    if (typeof found !== 'string' && typeof found !== 'boolean') console.log(String(attempt), 'gave', found);
  } catch (error) {
    if (!(error instanceof Error)) console.log(String(attempt), error);
  }
}
try { await import(import.meta.url); console.log('imported itself'); } catch (error) { console.log(error.code ?? error); }
