// process.exit in an async function runs neither its catch nor its finally.
process.on('exit', (code) => console.log('exit', code));
(async () => {
  try {
    await null;
    process.exit(16);
  } catch {
    console.log('never: catch');
  } finally {
    console.log('never: finally');
  }
})();
