// `node:test`: tests that run one after the other in the order of their definition, hooks, and mock functions. Results are written as TAP;
// a failure, or a test that never ended, makes the exit code 1.
'use strict';

const {
  ArrayPrototypePush, ArrayPrototypeShift, Boolean, Error, FunctionPrototypeCall, ObjectKeys, Promise, ReflectApply, String, StringPrototypeReplaceAll,
  StringPrototypeRepeat,
} = primordials;
const EventEmitter = require('events');
const { validateFunction } = require('errors');
const { createMocks } = require('test_mock');

const kNeverEnded = 'The event loop ended before this test did';
const hookNames = ['before', 'after', 'beforeEach', 'afterEach'];

// (name, options, fn), each of which may be left out.
function readArguments(args) {
  let name, fn;
  let options = {};
  for (let i = 0; i < args.length; i++) {
    if (typeof args[i] === 'function') fn = args[i];
    else if (typeof args[i] === 'string') name = args[i];
    else if (args[i] !== null && typeof args[i] === 'object') options = args[i];
  }
  return { name: name ?? (fn?.name || '<anonymous>'), options, fn };
}

class Node {
  constructor(parent, { name, options, fn }, isSuite) {
    this.parent = parent;
    this.name = name;
    this.fn = fn;
    this.isSuite = isSuite;
    this.skip = options.skip ?? false;
    this.todo = options.todo ?? false;
    this.plan = options.plan;
    this.count = 0; // of what has been reported below
    this.assertions = 0; // made through the context
    this.assert = null;
    this.queue = []; // of { node, done }: what is defined and has not ended
    this.subtests = []; // made by the test's own function, and not ended
    this.last = undefined; // a promise of the subtest started last
    this.failed = 0;
    this.hooks = { __proto__: null, before: [], after: [], beforeEach: [], afterEach: [] };
    this.mocks = null;
  }

  get depth() { return this.parent === null ? 0 : this.parent.depth + 1; }
  get fullName() { return this.parent === null || this.parent.parent === null ? this.name : `${this.parent.fullName} > ${this.name}`; }
}

const root = new Node(null, { name: '<root>', options: {}, fn: undefined }, true);
let current = root; // where test() and the hooks belong while a suite is being defined
let running = false;

function write(depth, text) {
  const indent = StringPrototypeRepeat('    ', depth > 0 ? depth - 1 : 0);
  require('console').sendToProcess(1, `${indent}${StringPrototypeReplaceAll(text, '\n', `\n${indent}`)}\n`);
}

// ---- definition -----------------------------------------------------------------------------------------------------

function add(parent, given, isSuite) {
  const node = new Node(parent, given, isSuite);
  const entry = { node, done: undefined };
  const promise = new Promise((resolve) => { entry.done = resolve; });
  ArrayPrototypePush(parent.queue, entry);
  if (isSuite && node.fn !== undefined && !node.skip) {
    const outer = current;
    current = node;
    try {
      ReflectApply(node.fn, undefined, [contextOf(node)]);
    } catch (error) {
      node.definitionError = { error };
    } finally {
      current = outer;
    }
  }
  if (parent === root) start();
  return promise;
}

function start() {
  if (running) return;
  running = true;
  native.timerInternals.addImmediate(async () => {
    await runHooks(root, 'before');
    await runQueue(root);
    running = false;
  });
}

function hook(node, name, fn) {
  validateFunction(fn, 'fn');
  ArrayPrototypePush(node.hooks[name], fn);
}

// ---- running --------------------------------------------------------------------------------------------------------

async function runQueue(node) {
  while (node.queue.length > 0) {
    const { node: next, done } = node.queue[0];
    await run(next);
    ArrayPrototypeShift(node.queue);
    done();
  }
}

async function runHooks(node, name) {
  const { [name]: hooks } = node.hooks;
  for (let i = 0; i < hooks.length; i++) await hooks[i](contextOf(node));
}

// From the outside in, or for what undoes, from the inside out.
async function runEach(node, name) {
  if (node === null) return;
  if (name === 'beforeEach') await runEach(node.parent, name);
  await runHooks(node, name);
  if (name === 'afterEach') await runEach(node.parent, name);
}

function call(fn, context) {
  if (fn.length < 2) return fn(context);
  return new Promise((resolve, reject) => {
    fn(context, (error) => { if (error) reject(error); else resolve(); });
  });
}

function checkPlan({ plan, count, assertions }) {
  if (plan !== undefined && plan !== count + assertions) {
    throw new Error(`plan expected ${plan} assertions but received ${count + assertions}`);
  }
}

async function run(node) {
  let failure = node.definitionError ?? null;
  if (!node.skip && failure === null) {
    try {
      if (node.isSuite) await runHooks(node, 'before');
      else await runEach(node.parent, 'beforeEach');
      if (!node.isSuite && node.fn !== undefined) await call(node.fn, contextOf(node));
      await node.last;
      await runQueue(node);
      checkPlan(node);
    } catch (error) {
      failure = { error };
    }
    try {
      if (!node.isSuite) await runEach(node.parent, 'afterEach');
      await runHooks(node, 'after');
    } catch (error) {
      failure ??= { error };
    }
    node.mocks?.restoreAll();
  }
  if (failure === null && node.failed > 0) failure = { error: new Error(`${node.failed} subtest${node.failed > 1 ? 's' : ''} failed`) };
  report(node, failure);
}

function report(node, failure) {
  const { parent } = node;
  const number = ++parent.count;
  const passed = failure === null || Boolean(node.todo);
  if (!passed) parent.failed++;
  const why = node.skip || node.todo;
  const mark = node.skip ? ' # SKIP' : node.todo ? ' # TODO' : '';
  const directive = typeof why === 'string' ? `${mark} ${why}` : mark;
  write(node.depth, `${failure === null ? 'ok' : 'not ok'} ${number} - ${node.name}${directive}`);
  if (failure !== null) write(node.depth, `  ${StringPrototypeReplaceAll(require('inspect').inspect(failure.error), '\n', '\n  ')}`);
}

// What waits for something that never comes is named, innermost first.
function reportPending(node) {
  while (node.queue.length > 0) {
    const { node: pending } = ArrayPrototypeShift(node.queue);
    for (let i = 0; i < pending.subtests.length; i++) report(pending.subtests[i], { error: new Error(kNeverEnded) });
    reportPending(pending);
    report(pending, { error: new Error(kNeverEnded) });
  }
}

FunctionPrototypeCall(EventEmitter.prototype.on, native.process, 'exit', (code) => {
  if (code === 0) reportPending(root);
  if (root.count > 0) write(0, `1..${root.count}`);
  if (code === 0 && root.failed > 0) native.process.exitCode = 1;
});

// ---- what programs see ----------------------------------------------------------------------------------------------

// The checks of node:assert, counted.
function assertOf(node) {
  const assert = require('assert');
  const counting = {};
  const names = ObjectKeys(assert);
  for (let i = 0; i < names.length; i++) {
    const name = names[i];
    if (name === 'AssertionError' || name === 'Assert' || name === 'strict') continue;
    counting[name] = (...args) => {
      node.assertions++;
      return ReflectApply(assert[name], undefined, args);
    };
  }
  return counting;
}

function contextOf(node) {
  const context = {
    get name() { return node.name; },
    get fullName() { return node.fullName; },
    get assert() { return (node.assert ??= assertOf(node)); },
    get mock() { return (node.mocks ??= createMocks()); },
    diagnostic(message) { write(node.depth, `# ${String(message)}`); },
    skip(reason) { node.skip = reason ?? true; },
    todo(reason) { node.todo = reason ?? true; },
    plan(count) { node.plan = count; },
    test(...args) { return startBelow(node, args); },
  };
  for (let i = 0; i < hookNames.length; i++) context[hookNames[i]] = (fn) => hook(node, hookNames[i], fn);
  return context;
}

// A subtest starts when it is made and those before it have ended: its parent, which runs already, may await it.
function startBelow(parent, args) {
  const node = new Node(parent, readArguments(args), false);
  const { last } = parent;
  ArrayPrototypePush(parent.subtests, node);
  parent.last = (async () => {
    await last;
    await run(node);
    ArrayPrototypeShift(parent.subtests);
  })();
  return parent.last;
}

function maker(isSuite) {
  const make = (...args) => add(current, readArguments(args), isSuite);
  const marked = (mark) => (...args) => {
    const given = readArguments(args);
    return add(current, { ...given, options: { ...given.options, [mark]: true } }, isSuite);
  };
  make.skip = marked('skip');
  make.todo = marked('todo');
  return make;
}

const test = maker(false);
test.test = test.it = test;
test.suite = test.describe = maker(true);
for (let i = 0; i < hookNames.length; i++) test[hookNames[i]] = (fn) => hook(current, hookNames[i], fn);
test.mock = createMocks();

module.exports = test;
