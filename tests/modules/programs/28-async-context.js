// AsyncLocalStorage in modules: at the top level, in functions, and in a module that was read before it was known.
import { als, show } from './fixtures/async-context/context.js';
import { work } from './fixtures/async-context/work.js';
await als.run('tla', async () => { await 1; show('in') });
show('after');
als.enterWith('top'); await 1; show('tla entered');
try { await Promise.reject(new Error('x')) } catch { show('tla catch') }
for await (const x of [1, 2]) show('tla for ' + x);
await work('w');
import('./fixtures/async-context/work.js').then(async ({ work: again }) => { await again('dynamic'); show('then') });
