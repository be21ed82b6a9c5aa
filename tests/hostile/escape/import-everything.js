// import() of files, modules, addresses, and of what is no text.
// outcome: output
const requests = ['node:fs', 'fs', './fixtures/good.mjs', '../escape/fixtures/good.mjs', '/etc/passwd', 'file:///etc/passwd', 'data:text/javascript,export default 1',
  'http://example.org/x.mjs', 'blob:x', '', '#x', 'x', { toString: () => './fixtures/good.mjs' }, new URL('file:///etc/passwd')];
(async () => {
  for (const request of requests) {
    try {
      await import(request);
      console.log('imported', String(request));
    } catch (error) {
      if (!(error instanceof Error)) console.log('from another world');
      if (error.code !== 'ERR_DENIED') console.log(String(request), error.name, error.code);
    }
  }
  try { await import('./x.json', { with: { type: 'json' } }); } catch (error) { console.log(error.code); }
  console.log('done');
})();
