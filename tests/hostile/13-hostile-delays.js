// Delays that run code, throw or are no number.
const order = [];
const delay = (hint) => ({ [Symbol.toPrimitive](asked) { order.push(asked); if (hint === 'throw') throw new Error('delay'); return hint; } });
setTimeout(() => console.log('two'), delay(500));
setTimeout(() => console.log('one'), delay('20'));
try { setTimeout(() => console.log('never'), delay('throw')); } catch (error) { console.log(error.message); }
try { setTimeout(() => console.log('never'), delay(1n)); } catch (error) { console.log(error.name); }
try { setTimeout(() => console.log('never'), Symbol('s')); } catch (error) { console.log(error.name); }
// A delay that arms and clears other timers while it is being read.
let inner;
const t = setTimeout(() => console.log('outer'), { valueOf() { inner = setTimeout(() => console.log('inner'), 60); return 60; } });
clearTimeout({ [Symbol.toPrimitive]() { throw new Error('not read'); } });
clearTimeout(null); clearTimeout(undefined); clearTimeout(NaN); clearTimeout({}); clearTimeout('x'); clearTimeout(-1); clearTimeout(() => {});
clearImmediate(t);
console.log(order.join());
