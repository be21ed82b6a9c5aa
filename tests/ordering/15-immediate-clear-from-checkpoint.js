// A tick or microtask of one immediate can clear the next one.
setImmediate(() => { console.log('1'); process.nextTick(() => clearImmediate(second)); });
const second = setImmediate(() => console.log('never 2'));
setImmediate(() => { console.log('3'); Promise.resolve().then(() => clearImmediate(fourth)); });
const fourth = setImmediate(() => console.log('never 4'));
setImmediate(function () { clearImmediate(this); console.log('5 cleared itself, harmless'); });
clearImmediate(undefined);
clearImmediate(null);
clearImmediate(42);
clearImmediate({});
