// A module is strict, has no `this`, no `arguments`, no names of CommonJS, and leaves nothing in the global scope.
import './fixtures/empty.js';
var topVar = 1;
function topFunction() {}
const attempt = (f) => { try { return f(); } catch (error) { return `${error.name}`; } };
console.log(this, typeof topVar, 'topVar' in globalThis, 'topFunction' in globalThis, (function() { return this; })(), (() => this)());
console.log(typeof require, typeof module, typeof exports, typeof __filename, typeof __dirname, typeof arguments);
console.log(attempt(() => require), attempt(() => arguments), attempt(() => undeclared), attempt(() => { undeclared = 1; }), attempt(() => delete Object.prototype));
console.log((function() { return arguments.length; })(1, 2), (function(a) { return [1].map(() => arguments[0]); })('outer'));
console.log(eval('var inEval = 1; typeof inEval'), typeof inEval, (0, eval)('typeof topVar'), new Function('return typeof topVar')(), eval('topVar + 1'));
let undefined_ = undefined;
console.log(undefined_);
