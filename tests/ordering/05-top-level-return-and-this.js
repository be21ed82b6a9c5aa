// A CommonJS script is a function body: it may return, and its `this` is module.exports.
console.log(this === module.exports, typeof require, typeof __filename, arguments.length);
process.nextTick(() => console.log('tick after return'));
if (module.id === '.') return;
console.log('never');
