// process.exit inside a getter, called by a sort comparator, stops as well.
process.on('exit', (code) => console.log('exit', code));
const object = { get stop() { process.exit(18); return 0; } };
setImmediate(() => {
  try { [3, 1, 2].sort(() => object.stop); } finally { console.log('never'); }
});
