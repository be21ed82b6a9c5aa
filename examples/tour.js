// A tour of the event loop: reads the log of a web server and prints a report.
//   millrace run examples/tour.js [access.log]
// It shows: errors with a cause, async iteration that gives way to the loop, a heartbeat, progress, concurrent lookups
// with a limit, the order of ticks and microtasks, and a report. Every part is small; read it from the top.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { setTimeout: sleep, setImmediate: nextTurn } = require('node:timers/promises');

const kBatchLines = 200;
const kLookupsAtOnce = 3;

// ---- 1. One line of the log becomes one request -----------------------------------------------------------
// address, hour, path, status, seconds
const kLine = new RegExp(String.raw`^(\S+) \S+ \S+ \[\d+/\w+/\d+:(\d\d):\d\d:\d\d [^\]]+\] ` +
  String.raw`"[A-Z]+ (\S+) [^"]+" (\d{3}) \d+ "[^"]*" "[^"]*" (\d+\.\d+)$`);

function parse(line, number) {
  try {
    const match = kLine.exec(line);
    if (!match) throw new SyntaxError('not in combined log format');
    const [, address, hour, target, status, seconds] = match;
    if (Number(hour) > 23) throw new RangeError(`there is no hour ${hour}`);
    // /products/17 and /search?q=lamp count as one endpoint each.
    const endpoint = target.split('?')[0].replace(/\/\d+$/, '/:id');
    return { address, hour: Number(hour), endpoint, status: Number(status), ms: Number(seconds) * 1000 };
  } catch (cause) {
    // The caller learns which line it was; the cause says what was wrong with it.
    throw new Error(`line ${number}: ${line.slice(0, 40)}...`, { cause });
  }
}

// ---- 2. An async generator hands out lines in batches, and lets the loop turn between two of them ---------
async function* batchesOf(lines, size) {
  for (let start = 0; start < lines.length; start += size) {
    yield { first: start + 1, lines: lines.slice(start, start + size) };
    await nextTurn();    // an immediate: due timers get their chance before the next batch
  }
}

// ---- 3. A heartbeat measures how late the loop is. It is unref'd: it never keeps the program alive --------
function startHeartbeat(period) {
  const heart = { beats: 0, worstLagMs: 0 };
  let expected = Date.now() + period;
  setInterval(() => {
    heart.beats++;
    heart.worstLagMs = Math.max(heart.worstLagMs, Date.now() - expected);
    expected = Date.now() + period;
  }, period).unref();
  return heart;
}

// ---- 4. Progress: a bar on a terminal, a line every 20 % elsewhere ----------------------------------------
function showProgress(done, total) {
  const share = done / total;
  if (process.stdout.isTTY) {
    const width = Math.min(40, (process.stdout.columns || 80) - 20);
    const filled = Math.round(width * share);
    const bar = '█'.repeat(filled) + '░'.repeat(width - filled);
    process.stdout.write(`\r  ${bar} ${String(Math.round(share * 100)).padStart(3)} %${share === 1 ? '\n' : ''}`);
  } else if (Math.floor(share * 5) > Math.floor((done - kBatchLines) / total * 5)) {
    console.log(`  ${Math.floor(share * 5) * 20} % of ${total} lines`);
  }
}

// ---- 5. Work with a limit: at most `limit` promises are under way at any time -----------------------------
async function mapWithLimit(items, limit, work) {
  const results = new Array(items.length);
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]);
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
  return results;
}

// Stands in for a slow service on the network.
async function lookUp(address) {
  await sleep(40 + Number(address.split('.')[3]) % 7 * 10);
  const owner = { '192.0.2': 'example.com', '198.51.100': 'bot.example.com', '203.0.113': 'isp.example.com' };
  return `${owner[address.slice(0, address.lastIndexOf('.'))]}, host ${address.split('.')[3]}`;
}

// ---- 6. Small helpers for the report ----------------------------------------------------------------------
const countInto = (map, key) => map.set(key, (map.get(key) || 0) + 1);
const largest = (map, n) => [...map].sort((a, b) => b[1] - a[1]).slice(0, n);
const percentile = (sorted, share) => Math.round(sorted[Math.ceil(sorted.length * share) - 1]);
const chart = (title, rows) => {
  console.log(`\n${title}`);
  const most = Math.max(...rows.map(([, count]) => count));
  for (const [label, count] of rows) {
    console.log(`  ${label.padStart(5)} ${'▇'.repeat(Math.ceil(count / most * 40)).padEnd(40)} ${count}`);
  }
};

async function main() {
  const file = process.argv[2] || path.join(__dirname, 'data', 'access.log');
  const started = Date.now();
  const heart = startHeartbeat(10);

  // The order the loop promises: this function runs on until its first await, then ticks, then microtasks.
  queueMicrotask(() => console.log('  3. the microtask'));
  process.nextTick(() => console.log('  2. the tick'));
  console.log('The order of things:\n  1. the running function');

  const text = await fs.promises.readFile(file, 'utf8');
  const lines = text.split('\n').filter((line) => line !== '');
  console.log(`\nReading ${path.basename(file)}, ${lines.length} lines:`);

  const requests = [];
  const problems = [];
  for await (const batch of batchesOf(lines, kBatchLines)) {
    batch.lines.forEach((line, index) => {
      try {
        requests.push(parse(line, batch.first + index));
      } catch (error) {
        problems.push(error);    // counted and reported below: a bad line is never dropped in silence
      }
    });
    showProgress(batch.first - 1 + batch.lines.length, lines.length);
  }

  const hours = new Map(Array.from({ length: 24 }, (_, hour) => [hour, 0]));
  const classes = new Map();
  const visitors = new Map();
  const endpoints = new Map();
  for (const request of requests) {
    countInto(hours, request.hour);
    countInto(classes, `${Math.floor(request.status / 100)}xx`);
    countInto(visitors, request.address);
    if (!endpoints.has(request.endpoint)) endpoints.set(request.endpoint, []);
    endpoints.get(request.endpoint).push(request.ms);
  }

  chart('Requests per hour', [...hours].map(([hour, count]) => [`${String(hour).padStart(2, '0')}h`, count]));
  chart('Answers by status class', [...classes].sort());

  console.log('\nSlowest endpoints, in milliseconds');
  const slowest = [...endpoints].filter(([, times]) => times.length >= 20).map(([endpoint, times]) => {
    times.sort((a, b) => a - b);
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => percentile(times, share));
    return { endpoint, requests: times.length, p50, p95, p99 };
  });
  console.table(slowest.sort((a, b) => b.p95 - a.p95).slice(0, 6));

  console.log(`\nMost frequent visitors, looked up ${kLookupsAtOnce} at a time`);
  const top = largest(visitors, 9);
  const owners = await mapWithLimit(top.map(([address]) => address), kLookupsAtOnce, lookUp);
  console.table(top.map(([address, count], index) => ({ address, requests: count, owner: owners[index] })));

  console.log(`\n${problems.length} of ${lines.length} lines could not be read`);
  for (const problem of problems.slice(0, 10)) console.log(`  ${problem.message}\n    because: ${problem.cause.message}`);
  if (problems.length > 10) console.log(`  and ${problems.length - 10} more`);

  console.log("\nThe loop's own figures");
  const figures = process.loopFigures?.();
  if (figures) console.table(figures);
  else console.log('  (this runtime does not offer them)');
  console.log(`\n${requests.length} requests in ${Date.now() - started} ms; the heart beat ${heart.beats} times, ` +
    `at worst ${heart.worstLagMs} ms late.`);
}

main().catch((error) => {
  console.error('The tour ended early:', error);
  process.exitCode = 1;
});
