// Question: what does one scheduling operation of a JavaScript program cost: timers, immediates, ticks, microtasks, promises, output?
//
// usage: RUNTIME bench.js list | WORKLOAD [DIVISOR]     (jsc bench.js -- WORKLOAD [DIVISOR])
// Runs in Millrace, Node, Bun, Deno and, as far as the language alone goes, in the engine's own shell. Figures go to stderr as lines
// of JSON, because stdout is what the console workloads write to.
// One warm-up pass, then kPasses timed ones, fewer when they take long; the median is reported.
'use strict';

const shell = typeof process === 'undefined'; // of JavaScriptCore: the language, and nothing that schedules but promises
const [workload = 'list', divisor = '1'] = shell ? globalThis.arguments : process.argv.slice(2);
const print = shell ? globalThis.print : console.log;
const printError = shell ? globalThis.printErr : console.error;
const kPasses = 5;
const kEnoughMs = 4000;

const scaled = (count) => Math.max(1, Math.floor(count / Number(divisor)));
const nowMs = shell ? () => globalThis.preciseTime() * 1e3 : () => performance.now();

if (shell) {
  // The cheapest way that the language has to queue one job.
  const settled = Promise.resolve();
  globalThis.queueMicrotask = (callback) => settled.then(callback);
}

let sink = 0; // results end here, so that no engine may leave the work out

// Calls `start(step)`; the promise is fulfilled when step() has been called `count` times.
function counted(count, start) {
  return new Promise((done) => {
    let left = count;
    start(() => {
      if (--left === 0) done();
    });
  });
}

// Calls `queue(again)`, where each call of `again` queues the next, `count` times in all.
function chained(count, queue) {
  return new Promise((done) => {
    let left = count;
    const again = () => {
      if (--left === 0) done();
      else queue(again);
    };
    queue(again);
  });
}

// name -> [operations of one pass, the pass]. A pass ends when what it returns is settled.
const workloads = {
  // The engine alone, for reference: no scheduling at all.
  engine_fib27: [832_039, () => {
    const fib = (n) => (n < 2 ? n : fib(n - 1) + fib(n - 2));
    sink += fib(27);
  }],

  timeout_0_chain: [100, (n) => chained(n, (again) => setTimeout(again, 0))],
  timeout_same_ms: [1_000_000, (n) => counted(n, (step) => {
    for (let i = 0; i < n; i++) setTimeout(step, 1);
  })],
  timeout_random_ms: [100_000, (n) => counted(n, (step) => {
    let x = 12345;
    for (let i = 0; i < n; i++) {
      x = (x * 1103515245 + 12345) & 0x7fffffff;
      setTimeout(step, 1 + (x % 20));
    }
  })],
  timeout_set_clear: [300_000, (n) => {
    const never = () => {};
    for (let i = 0; i < n; i++) clearTimeout(setTimeout(never, 1000));
  }],
  timeout_churn_10k: [300_000, (n) => {
    const live = 10_000;
    const never = () => {};
    const timers = [];
    for (let i = 0; i < live; i++) timers.push(setTimeout(never, 30_000));
    for (let i = 0; i < n; i++) {
      const k = (i * 7919) % live;
      clearTimeout(timers[k]);
      timers[k] = setTimeout(never, 30_000);
    }
    for (const timer of timers) clearTimeout(timer);
  }],
  timeout_refresh: [300_000, (n) => {
    const timer = setTimeout(() => {}, 30_000);
    for (let i = 0; i < n; i++) timer.refresh();
    clearTimeout(timer);
  }],

  immediate_chain: [100_000, (n) => chained(n, (again) => setImmediate(again))],
  immediate_batch: [200_000, (n) => counted(n, (step) => {
    for (let i = 0; i < n; i++) setImmediate(step);
  })],
  next_tick_chain: [500_000, (n) => chained(n, (again) => process.nextTick(again))],
  next_tick_batch: [200_000, (n) => counted(n, (step) => {
    for (let i = 0; i < n; i++) process.nextTick(step, i);
  })],
  microtask_chain: [500_000, (n) => chained(n, (again) => queueMicrotask(again))],
  microtask_batch: [200_000, (n) => counted(n, (step) => {
    for (let i = 0; i < n; i++) queueMicrotask(step);
  })],

  promise_new: [500_000, (n) => {
    let last;
    for (let i = 0; i < n; i++) last = new Promise((fulfil) => fulfil(i));
    return last;
  }],
  promise_then_chain: [200_000, (n) => {
    let last = Promise.resolve(0);
    const next = (x) => x + 1;
    for (let i = 0; i < n; i++) last = last.then(next);
    return last;
  }],
  promise_then_settled: [500_000, (n) => {
    const settled = Promise.resolve(1);
    return chained(n, (again) => settled.then(again));
  }],
  promise_all: [100_000, (n) => {
    const all = [];
    for (let i = 0; i < n; i++) all.push(new Promise((fulfil) => queueMicrotask(fulfil)));
    return Promise.all(all);
  }],
  promise_race: [50_000, async (n) => {
    for (let i = 0; i < n; i++) await Promise.race([1, 2, 3]);
  }],
  await_value: [500_000, async (n) => {
    for (let i = 0; i < n; i++) sink += await i;
  }],
  async_call: [500_000, async (n) => {
    const add = async (x) => x + 1;
    let sum = 0;
    for (let i = 0; i < n; i++) sum = await add(sum);
    sink += sum;
  }],
  async_depth_10: [300_000, async (n) => {
    const down = async (depth) => (depth === 0 ? 1 : (await down(depth - 1)) + 1);
    for (let i = 0; i < n / 10; i++) sink += await down(9);
  }],
  for_await: [200_000, async (n) => {
    async function* numbers() {
      for (let i = 0; i < n; i++) yield i;
    }
    for await (const i of numbers()) sink += i;
  }],
  // A checkpoint between macrotasks: what a server does for each request.
  immediate_await: [50_000, async (n) => {
    for (let i = 0; i < n; i++) await new Promise((fulfil) => setImmediate(fulfil));
  }],

  eventtarget_dispatch: [500_000, (n) => {
    const target = new EventTarget();
    target.addEventListener('x', () => {
      sink++;
    });
    for (let i = 0; i < n; i++) target.dispatchEvent(new Event('x'));
  }],
  abortcontroller: [100_000, (n) => {
    for (let i = 0; i < n; i++) {
      const controller = new AbortController();
      controller.signal.addEventListener('abort', () => {
        sink++;
      });
      controller.abort();
    }
  }],
  abortcontroller_new: [500_000, (n) => {
    for (let i = 0; i < n; i++) if (new AbortController().signal.aborted) sink++;
  }],
  emitter_emit: [1_000_000, (n) => {
    const { EventEmitter } = require('node:events');
    const emitter = new EventEmitter();
    emitter.on('x', (value) => {
      sink += value;
    });
    for (let i = 0; i < n; i++) emitter.emit('x', i);
  }],
  console_log: [30_000, (n) => {
    for (let i = 0; i < n; i++) console.log('line', i, 'of output');
  }],
  console_log_object: [10_000, (n) => {
    for (let i = 0; i < n; i++) console.log({ a: i, b: ['x', 1.5], c: { d: null } });
  }],
};

// What these need is not everywhere.
const needs = {
  __proto__: null,
  timeout: 'setTimeout', timer: 'setTimeout', immediate: 'setImmediate', next: 'process', microtask: 'queueMicrotask', promise_all: 'queueMicrotask',
  eventtarget: 'EventTarget', abortcontroller: 'AbortController', emitter: 'require', console: 'console',
};

function runsHere(name) {
  const need = needs[name] ?? needs[name.split('_')[0]];
  if (need === undefined) return true;
  if (shell) return need === 'queueMicrotask';
  return need === 'require' ? typeof require === 'function' : need in globalThis;
}

function report(metric, unit, value) {
  printError(JSON.stringify({ workload, metric, unit, value: Math.round(value * 1000) / 1000 }));
}

async function measure([fullCount, pass]) {
  const count = workload === 'engine_fib27' ? fullCount : scaled(fullCount);
  const times = [];
  const begin = nowMs();
  for (let i = 0; i <= kPasses; i++) {
    const start = nowMs();
    await pass(count);
    if (i > 0) times.push(((nowMs() - start) * 1e6) / count); // the first pass warms the JIT
    if (i > 0 && nowMs() - begin > kEnoughMs) break;
  }
  times.sort((a, b) => a - b);
  report('time', 'ns/op', times[times.length >> 1]);
}

// What a live timer takes, as the operating system sees it, after a collection. Needs the option that lets a program ask for one.
function measureTimerMemory() {
  const collect = () => (typeof Bun === 'undefined' ? globalThis.gc() : Bun.gc(true));
  const never = () => {};
  const count = 1_000_000; // never fewer: what the program takes without them would count too much
  setTimeout(never, 1e8);
  collect();
  const before = process.memoryUsage().rss;
  for (let i = 0; i < count; i++) setTimeout(never, 1e8);
  collect();
  report('memory', 'bytes', (process.memoryUsage().rss - before) / count);
  process.exit(0);
}

if (workload === 'list') {
  print([...Object.keys(workloads), 'timer_memory'].filter(runsHere).join('\n'));
} else if (workload === 'timer_memory' && runsHere(workload)) {
  measureTimerMemory();
} else if (Object.hasOwn(workloads, workload) && runsHere(workload)) {
  measure(workloads[workload]);
} else {
  printError(`unknown workload '${workload}'; list names them`);
  if (!shell) process.exitCode = 2;
}
