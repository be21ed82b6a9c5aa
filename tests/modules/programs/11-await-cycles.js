// A cycle of modules that wait is one thing to everybody outside: it is done when its root is.
import { log } from './fixtures/tla/log.js';
import './fixtures/tla/ring_a.js';
import { fromB } from './fixtures/tla/ring_b.js';
log('main', fromB());
const again = await import('./fixtures/tla/ring_c.js');
log('imported again', again.c);
