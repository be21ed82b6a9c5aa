// timers/promises: the scheduler. Order against other work: tests/ordering.
'use strict';
const assert = require('node:assert');
const { scheduler, setTimeout: wait } = require('node:timers/promises');

assert.throws(() => new scheduler.constructor(), { code: 'ERR_ILLEGAL_CONSTRUCTOR', name: 'TypeError' });
assert.throws(() => scheduler.wait.call({}), { code: 'ERR_INVALID_THIS' });
assert.throws(() => scheduler.yield.call({}), { code: 'ERR_INVALID_THIS' });

let done = false;
(async () => {
  const start = process.uptime();
  assert.strictEqual(await scheduler.wait(20), undefined);
  assert(process.uptime() - start >= 0.019);
  await scheduler.yield();
  await assert.rejects(scheduler.wait(10_000, { signal: AbortSignal.abort() }), { name: 'AbortError', code: 'ABORT_ERR' });
  await assert.rejects(scheduler.wait('1'), { code: 'ERR_INVALID_ARG_TYPE' });
  await assert.rejects(wait(1, undefined, 5), { code: 'ERR_INVALID_ARG_TYPE' });
  done = true;
})();
process.on('exit', () => assert(done));
