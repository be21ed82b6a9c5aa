// process.exit() in the middle of try, catch and finally, a generator, a Proxy trap, a getter and a comparator: nothing after it runs.
process.on('exit', (code) => {
  console.log('exit', code);
  setTimeout(() => console.log('must not run: timer'), 0);
  process.nextTick(() => console.log('must not run: tick'));
  Promise.resolve().then(() => console.log('must not run: job'));
});
Promise.resolve().then(() => console.log('must not run: earlier job'));
const handler = { get() { [2, 1].sort(() => { ({ get x() { process.exit(5); return 1; } }).x; console.log('must not run: comparator'); }); console.log('must not run: trap'); } };
function* generator() { try { yield new Proxy({}, handler).anything; } finally { console.log('must not run: generator'); } }
for (;;) {
  try {
    try { for (const x of generator()) console.log('must not run: body'); } catch { console.log('must not run: catch'); } finally { console.log('must not run: finally'); }
  } catch { continue; } finally { for (;;) console.log('must not run: outer finally'); }
}
