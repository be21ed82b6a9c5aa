// Modules that wait hold up only those that need them; the others run at once, all in the order of the specification.
import { log } from './fixtures/tla/log.js';
import './fixtures/tla/sync_1.js';
import './fixtures/tla/slow.js';
import './fixtures/tla/sync_2.js';
import './fixtures/tla/needs_slow.js';
import './fixtures/tla/quick.js';
import './fixtures/tla/needs_both.js';
import './fixtures/tla/sync_3.js';
log('main');
queueMicrotask(() => log('microtask of main'));
process.nextTick(() => log('tick of main'));
await null;
log('main again');
