// Promises/A+ conformance of the runtime's own promises:  node run.js  or  millrace run run.js
// ... and of those of a host that has set globalThis.adapter before.
//
// promises-aplus-tests brings the 872 tests and expects mocha around them. Mocha needs more of Node than a young runtime offers,
// so this file is the host: describe, it, specify and the four hooks, with synchronous, callback and promise-returning tests.
// It ends with code 1 when a test fails and also when fewer tests ran than the suite has: a runtime that loses a test, or goes
// idle in the middle of one, must not look like one that passes.
'use strict';
const fs = require('node:fs');
const path = require('node:path');

const kExpectedTests = 872;
const kTimeoutMs = 2000;
const kTestsDirectory = path.join(__dirname, 'node_modules', 'promises-aplus-tests', 'lib', 'tests');

// ---- describe and it: collect a tree ----------------------------------------------------------------------

const newSuite = (title, parent) => ({ title, parent, entries: [], before: [], after: [], beforeEach: [], afterEach: [] });
const root = newSuite('', null);
let open = root;    // the suite whose describe callback is running

function describe(title, define) {
  const suite = newSuite(title, open);
  open.entries.push(suite);
  open = suite;
  try {
    define.call(suite);
  } finally {
    open = suite.parent;
  }
}
const it = (title, body) => { open.entries.push({ title, body, parent: open }); };

Object.assign(globalThis, { describe, context: describe, it, specify: it });
for (const hook of ['before', 'after', 'beforeEach', 'afterEach']) globalThis[hook] = (body) => { open[hook].push(body); };

// ---- running one body -------------------------------------------------------------------------------------

// Assertions that fail inside a timer of a test arrive as uncaught exceptions: they belong to the test that is running.
let failRunning = null;
process.on('uncaughtException', (error) => {
  if (failRunning) return failRunning(error);
  console.log('exception outside of any test:', error);
  process.exit(1);
});
// Many tests reject promises that nobody handles, or only later, on purpose; that is not what is judged here.
process.on('unhandledRejection', () => {});
process.on('rejectionHandled', () => {});

// Settles once with undefined or { error }. A second answer of the same body is a failure too, as in mocha.
function runBody(body) {
  return new Promise((resolve) => {
    let finished = false;
    const timer = setTimeout(() => finish({ error: new Error(`timeout of ${kTimeoutMs} ms exceeded`) }), kTimeoutMs);
    function finish(outcome) {
      if (finished) return;
      finished = true;
      clearTimeout(timer);
      resolve(outcome);
    }
    failRunning = (error) => finish({ error });
    let doneCalls = 0;
    const done = (error) => {
      if (++doneCalls === 2) lateFailures.push(new Error('done() called more than once'));
      finish(error ? { error } : undefined);
    };
    try {
      if (body.length > 0) return void body.call({}, done);
      const result = body.call({});
      if (result && typeof result.then === 'function') result.then(() => finish(), (error) => finish({ error }));
      else finish();
    } catch (error) {
      finish({ error });
    }
  });
}

// ---- running the tree -------------------------------------------------------------------------------------

const results = { passed: 0, failures: [] };
const lateFailures = [];    // found after their test had ended
const fullTitle = (node) => (node.parent && node.parent.title ? `${fullTitle(node.parent)} > ${node.title}` : node.title);

async function runHooks(hooks, owner) {
  for (const hook of hooks) {
    const outcome = await runBody(hook);
    if (outcome) results.failures.push({ title: `hook of ${fullTitle(owner) || 'the root'}`, error: outcome.error });
  }
}

async function runTest(test) {
  const suites = [];    // outermost first
  for (let suite = test.parent; suite; suite = suite.parent) suites.unshift(suite);
  for (const suite of suites) await runHooks(suite.beforeEach, suite);
  // Every test starts on an empty stack in a turn of its own, so the suite's length can never grow a stack or one checkpoint.
  await new Promise(setImmediate);
  const outcome = await runBody(test.body);
  if (outcome) results.failures.push({ title: fullTitle(test), error: outcome.error });
  else results.passed++;
  for (const suite of suites.reverse()) await runHooks(suite.afterEach, suite);
  for (const error of lateFailures.splice(0)) results.failures.push({ title: `in or before ${fullTitle(test)}`, error });
}

async function runSuite(suite) {
  await runHooks(suite.before, suite);
  for (const entry of suite.entries) await (entry.entries ? runSuite(entry) : runTest(entry));
  await runHooks(suite.after, suite);
}

// ---- the adapter and the run ------------------------------------------------------------------------------

// The suite reads it once per file, while the file is being loaded. A host may bring promises of its own (../native_promises).
globalThis.adapter ??= {
  resolved: (value) => Promise.resolve(value),
  rejected: (reason) => Promise.reject(reason),
  deferred() {
    const deferred = {};
    deferred.promise = new Promise((resolve, reject) => Object.assign(deferred, { resolve, reject }));
    return deferred;
  },
};

if (!fs.existsSync(kTestsDirectory)) {
  console.log('promises-aplus-tests is not installed: run `npm ci` in', __dirname);
  process.exit(1);
}
// An optional argument selects files: `run.js 2.3.3` runs that clause only, without the check of the total.
const filter = process.argv[2] || '';
for (const file of fs.readdirSync(kTestsDirectory).sort()) {
  if (file.endsWith('.js') && file.startsWith(filter)) require(path.join(kTestsDirectory, file));
}

let complete = false;
process.on('exit', (code) => {
  if (code !== 0) return;
  if (!complete) console.log('the loop went idle before the suite was through');
  for (const { title, error } of results.failures) console.log(`FAILED ${title}\n  ${(error && error.stack) || String(error)}`);
  const ran = results.passed + results.failures.length;
  if (!filter && ran < kExpectedTests) console.log(`only ${ran} of ${kExpectedTests} tests ran`);
  console.log(`${results.passed} passed, ${results.failures.length} failed`);
  const fine = complete && results.failures.length === 0 && results.passed > 0 && (filter || ran >= kExpectedTests);
  if (!fine) process.exitCode = 1;
});
runSuite(root).then(() => { failRunning = null; complete = true; });
