// await of a plain value or a native promise takes one microtask.
const tail = (name, n, i = 1) => Promise.resolve().then(() => { console.log(name, i); if (i < n) return void tail(name, n, i + 1); });
(async () => { await 1; console.log('await value'); })();
(async () => { await Promise.resolve(1); console.log('await promise'); })();
(async () => { await undefined; await undefined; console.log('await twice'); })();
tail('job', 4);
