// The iteration of arrays replaced: the host's code does not go through it.
// outcome: output
const { log } = console;
Array.prototype[Symbol.iterator] = function* () { yield 'mine'; };
Object.getPrototypeOf([].values()).next = () => ({ done: true });
setTimeout((a, b) => log('timer', a, b), 1, 'one', 'two');
process.nextTick((a, b) => log('tick', a, b), 'one', 'two');
log('%s %s', 'three', 'four', [5, 6]);
log(new URLSearchParams('a=1&b=2').toString(), structuredClone([1, 2, 3]).length);
