// A module that fails takes with it all that need it, and nothing else; each failure is told once, to each who asks.
import { log } from './fixtures/tla/log.js';
const results = await Promise.allSettled([
  import('./fixtures/tla/fails_later.js'), import('./fixtures/tla/needs_failing.js'), import('./fixtures/tla/fails_now.js'),
  import('./fixtures/tla/needs_failing_too.js'), import('./fixtures/tla/quick.js'), import('./fixtures/tla/fails_later.js'),
]);
for (const { status, reason, value } of results) log(status, reason?.message ?? Object.keys(value));
log(results[0].reason === results[1].reason, results[0].reason === results[5].reason);
for (const name of ['fails_later', 'needs_failing', 'fails_now']) await import(`./fixtures/tla/${name}.js`).catch((error) => log(name, 'again', error.message));
const order = [];
await Promise.allSettled([
  import('./fixtures/tla/chain_3.js').catch(() => order.push('chain 3')), import('./fixtures/tla/chain_1.js').catch(() => order.push('chain 1')),
  import('./fixtures/tla/chain_2.js').catch(() => order.push('chain 2'))]);
log(order.join());
