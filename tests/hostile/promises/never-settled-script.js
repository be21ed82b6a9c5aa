// A script whose promises never settle simply ends.
// outcome: output
(async () => { try { await new Promise(() => {}); } finally { console.log('this must not run'); } })();
Promise.race([]).then(() => console.log('nor this'));
console.log('ends');
