// A program that writes into its timer handles hurts itself, not the loop.
process.on('uncaughtException', (error) => console.log('uncaught', error.name));
const a = setTimeout(() => console.log('must not run'), 1);
a._onTimeout = 'no function';
const b = setTimeout(function () { console.log('b', this === b); }, 2);
b._idleTimeout = 'x';
const c = setInterval(() => { console.log('c'); clearInterval(c); c.refresh(); c.refresh(); }, 3);
const d = setTimeout(() => { clearTimeout(d); d.refresh(); d.close(); d.unref().ref(); console.log('d', d.hasRef()); }, 4);
const { refresh } = d;
try { refresh.call({}); console.log('refresh of an object'); } catch (error) { console.log(error.name); }
try { refresh.call(undefined); } catch (error) { console.log(error.name); }
setTimeout(() => console.log('end'), 10);
