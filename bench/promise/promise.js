// Question: what do reactions, async functions and combinators cost in a JavaScript engine?
//
// usage: node --expose-gc promise.js list | WORKLOAD [DIVISOR]
// The workloads and the sizes of millrace.cpp beside this; figures go to stdout as lines of JSON.
// One warm-up pass, then kPasses timed ones; the median is reported. Time is the CPU time of the main thread, which leaves out the
// garbage collector's helpers; in a Node that cannot say it, that of the process.
'use strict';

const [workload = 'list', divisor = '1'] = process.argv.slice(2);
const kDepth = 1000;
const kChains = 1000;
const kSteps = 1_000_000;
const kInputs = 100_000;
const kRaces = 100_000; // a tenth: what they leave behind would fill the heap
const kPasses = 5;

const scaled = (count) => Math.max(1, Math.floor(count / Number(divisor)));
const cpuNs = () => {
  const { user, system } = process.threadCpuUsage ? process.threadCpuUsage() : process.cpuUsage();
  return (user + system) * 1000;
};
const report = (metric, unit, value) => {
  console.log(JSON.stringify({ workload, metric, unit, value: Math.round(value * 1000) / 1000 }));
};

let sink = 0; // results end here, so that no engine may leave the work out

async function measurePasses(unit, count, pass) {
  const times = [];
  for (let i = 0; i <= kPasses; i++) {
    const start = cpuNs();
    await pass();
    if (i > 0) times.push((cpuNs() - start) / count);
  }
  times.sort((a, b) => a - b);
  report('time', unit, times[kPasses >> 1]);
}

async function measureGrowth(race) {
  const longLived = new Promise(() => {});
  const races = async (count) => {
    for (let i = 0; i < count; i++) sink += await race([longLived, Promise.resolve(1)]);
  };
  const count = scaled(kRaces);
  await races(Math.ceil(count / 100));
  gc();
  const heapBefore = process.memoryUsage().heapUsed;
  const start = cpuNs();
  await races(count);
  const end = cpuNs();
  gc();
  report('growth', 'bytes/race', (process.memoryUsage().heapUsed - heapBefore) / count);
  report('time', 'ns/race', (end - start) / count);
  return longLived; // alive until here
}

const increment = (x) => x + 1;

const workloads = {
  async then_chain() {
    const chains = scaled(kChains);
    await measurePasses('ns/link', chains * kDepth, async () => {
      for (let c = 0; c < chains; c++) {
        let fulfil;
        let last = new Promise((resolve) => { fulfil = resolve; });
        for (let i = 0; i < kDepth; i++) last = last.then(increment);
        fulfil(0);
        sink += await last;
      }
    });
  },
  async then_settled() {
    const count = scaled(kSteps);
    await measurePasses('ns/reaction', count, () => new Promise((done) => {
      const settled = Promise.resolve(1);
      let left = count;
      const react = (x) => {
        sink += x;
        if (--left > 0) settled.then(react);
        else done();
      };
      settled.then(react);
    }));
  },
  async await_turn() {
    const count = scaled(kSteps);
    await measurePasses('ns/await', count, async () => {
      const settled = Promise.resolve();
      for (let i = 0; i < count; i++) await settled;
    });
  },
  async await_call() {
    const count = scaled(kSteps);
    const incremented = async (x) => increment(x);
    await measurePasses('ns/call', count, async () => {
      let sum = 0;
      for (let i = 0; i < count; i++) sum = await incremented(sum);
      sink += sum;
    });
  },
  async all() {
    const count = scaled(kInputs);
    await measurePasses('ns/promise', count, async () => {
      const inputs = [];
      for (let i = 0; i < count; i++) inputs.push(new Promise((fulfil) => queueMicrotask(fulfil)));
      sink += (await Promise.all(inputs)).length;
    });
  },
  async all_settled_inputs() {
    const count = scaled(kInputs);
    const inputs = Array.from({ length: count }, (_, i) => Promise.resolve(i));
    await measurePasses('ns/promise', count, async () => {
      sink += (await Promise.all(inputs)).at(-1);
    });
  },
  race: () => measureGrowth((inputs) => Promise.race(inputs)),
  any: () => measureGrowth((inputs) => Promise.any(inputs)),
};

if (workload === 'list') {
  console.log(Object.keys(workloads).join('\n'));
} else if (!Object.hasOwn(workloads, workload)) {
  console.error(`unknown workload '${workload}'; list names them`);
  process.exitCode = 2;
} else {
  workloads[workload]();
}
