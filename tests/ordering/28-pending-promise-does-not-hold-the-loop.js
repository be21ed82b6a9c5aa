// A promise that never settles does not keep the process: it ends with code 0 (a script has no top-level await).
process.on('exit', (code) => console.log('exit', code));
(async () => {
  console.log('waiting');
  await new Promise(() => {});
  console.log('never');
})();
