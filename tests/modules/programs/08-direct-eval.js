// Code in eval() sees the imports of its module, live.
import { count, increment } from './fixtures/counter.js';
import * as ns from './fixtures/counter.js';
console.log(eval('count'), eval('increment(); count'), eval('ns.count'), eval('typeof ns'));
const inner = (count) => eval('count');
console.log(inner('parameter'), (() => { let increment = 'shadow'; return eval('increment'); })());
try { eval('count = 5'); } catch (error) { console.log(error.name); }
console.log(eval('(() => { increment(); return count; })()'), count, eval('typeof nothing'));
