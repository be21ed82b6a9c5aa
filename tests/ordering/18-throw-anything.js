// Any value may be thrown and reaches the uncaughtException listener as it is.
process.on('uncaughtException', (value, origin) => console.log(typeof value, value === null, String(value), origin));
for (const value of [null, undefined, 'text', 0, false, 10n, Symbol('s')]) setTimeout(() => { throw value; }, 5);
for (const end = Date.now() + 20; Date.now() < end;);    // until all of them are due in one pass
