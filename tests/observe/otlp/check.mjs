// usage: node check.mjs OTLP_DRIVER
// Makes up spans and metrics, has the driver send them to a collector on this machine, and compares what arrives.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import * as os from 'node:os';
import * as path from 'node:path';
import * as zlib from 'node:zlib';
import { createRequire } from 'node:module';

const { opentelemetry: { proto } } = createRequire(import.meta.url)('@opentelemetry/otlp-transformer/build/src/generated/root.js');
const driver = process.argv[2];
const seed = Number(process.env.MILLRACE_SEED ?? 20231114);

// --- chance, repeatable -------------------------------------------------------------------------------------------------------------------

let state = seed >>> 0;
function random(below) {  // mulberry32
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), state | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) % below;
}
const pick = (list) => list[random(list.length)];
const named = (text) => text.slice(0, 256) || undefined;  // SpanLimits::name_bytes; of the texts only the one of x is longer
const hex = (text) => Buffer.from(text).toString('hex') || '-';
const texts = ['tea', '', 'two\nlines', 'quote " and \\ backslash', 'käse', '🍵 pot', '\u0000zero', 'x'.repeat(300), '\u2028', '</script>'];

// --- the collector ------------------------------------------------------------------------------------------------------------------------

const types = {
  '/v1/traces': [proto.collector.trace.v1.ExportTraceServiceRequest, proto.collector.trace.v1.ExportTraceServiceResponse],
  '/v1/metrics': [proto.collector.metrics.v1.ExportMetricsServiceRequest, proto.collector.metrics.v1.ExportMetricsServiceResponse],
};

/// What protobufjs decoded, in the shape of OTLP/JSON: 64-bit integers as texts, ids in hexadecimal, nothing that is a default.
function shaped(value, key) {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map((item) => shaped(item, key));
  if (typeof value === 'number' && key !== undefined && !Number.isFinite(value)) return String(value);
  if (value !== null && typeof value === 'object') {
    const members = Object.entries(value).filter(([, member]) => !(Array.isArray(member) && member.length === 0));
    return Object.fromEntries(members.map(([name, member]) => [name, shaped(member, name)]));
  }
  return value;
}
function decoded(request, body) {
  const text = request.headers['content-encoding'] === 'gzip' ? zlib.gunzipSync(body) : body;
  if (request.headers['content-type'] === 'application/json') return JSON.parse(text);
  assert.equal(request.headers['content-type'], 'application/x-protobuf');
  const [Request] = types[request.url];
  return shaped(Request.toObject(Request.decode(text), { longs: String, enums: Number }));
}

/// Answers each request by the next of `answers`, and by success afterwards. An answer is a function of (request, response).
class Collector {
  requests = [];
  constructor(answers = [], options) {
    const listener = (request, response) => {
      const chunks = [];
      request.on('error', () => {});
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks);
        this.requests.push({ url: request.url, headers: request.headers, at: Date.now(), bytes: body.length, message: this.decode(request, body) });
        (answers.shift() ?? ok)(request, response);
      });
    };
    this.server = options ? https.createServer(options, listener) : http.createServer(listener);
    this.scheme = options ? 'https' : 'http';
  }
  decode(request, body) { return types[request.url] ? decoded(request, body) : null; }
  async listen() {
    await new Promise((done) => this.server.listen(0, '127.0.0.1', done));
    this.url = `${this.scheme}://127.0.0.1:${this.server.address().port}`;
    return this;
  }
  close() {
    this.server.closeAllConnections();
    return new Promise((done) => this.server.close(done));
  }
}
const reply = (status, headers = {}, body = '') => (request, response) => response.writeHead(status, headers).end(body);
const ok = (request, response) => {
  const json = request.headers['content-type'] === 'application/json';
  const [, Response] = types[request.url];
  response.writeHead(200, { 'content-type': request.headers['content-type'] });
  response.end(json ? '{"partialSuccess":{}}' : Response.encode({ partialSuccess: {} }).finish());
};

// --- the driver ---------------------------------------------------------------------------------------------------------------------------

const neverFromOutside = { http_proxy: 'http://127.0.0.1:1', HTTP_PROXY: 'http://127.0.0.1:1', ALL_PROXY: 'http://127.0.0.1:1' };
async function run(lines, environment, args = []) {
  const env = { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('OTEL_'))), ...neverFromOutside,
    ...environment };
  return new Promise((done, failed) => {
    const child = execFile(driver, args, { env, timeout: 60_000 }, (error, stdout, stderr) => {
      if (error && error.code !== 2) failed(new Error(`the driver failed: ${error.message}\n${stderr}`));
      else done(stdout.trim().split('\n').map((line) => line.split(' ')));
    });
    child.stdin.on('error', () => {});
    child.stdin.end(lines.join('\n') + '\n');
  });
}
/// One exchange: the driver's lines against a collector with these answers.
async function exchange(lines, answers = [], environment = {}, args = []) {
  const collector = await new Collector(answers).listen();
  try {
    const printed = await run(lines, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...environment }, args);
    return { printed, requests: collector.requests };
  } finally {
    await collector.close();
  }
}
function figures(printed) {
  const [what, exported, rejected, failed, requests, retries, badReplies, ...error] = printed;
  assert.equal(what, 'exported', printed.join(' '));
  return { exported: +exported, rejected: +rejected, failed: +failed, requests: +requests, retries: +retries, badReplies: +badReplies,
    error: error.join(' ') };
}

// --- spans, made up and expected ----------------------------------------------------------------------------------------------------------

const any = {
  bool: () => { const v = pick([true, false]); return [`bool ${v}`, { boolValue: v }]; },
  int: () => { const v = pick(['0', '-1', '9223372036854775807', '-9223372036854775808', '9007199254740993']); return [`int ${v}`, { intValue: v }]; },
  double: () => {
    const [word, value] = pick([['0', 0], ['-0.5', -0.5], ['1e300', 1e300], ['0.1', 0.1], ['nan', 'NaN'], ['inf', 'Infinity'], ['-inf', '-Infinity']]);
    return [`double ${word}`, { doubleValue: value }];
  },
  text: () => { const v = pick(texts); return [`text ${hex(v)}`, { stringValue: v }]; },
  ints: () => { const v = [random(1000) - 500, random(1000)].slice(random(2)); return [`ints ${v.join(' ')}`, list(v, (n) => ({ intValue: String(n) }))]; },
  doubles: () => { const v = [random(1000) / 8, 0.5]; return [`doubles ${v.join(' ')}`, list(v, (n) => ({ doubleValue: n }))]; },
  bools: () => { const v = [true, false, true].slice(random(3)); return [`bools ${v.join(' ')}`, list(v, (b) => ({ boolValue: b }))]; },
  texts: () => { const v = [pick(texts), pick(texts)]; return [`texts ${v.map(hex).join(' ')}`, list(v, (t) => ({ stringValue: t }))]; },
};
const list = (values, map) => ({ arrayValue: { values: values.map(map) } });
const remote = { trace: '0af7651916cd43dd8448eb211c80319c', span: 'b7ad6b7169203331', state: 'vendor=value,other=1' };

function someSpans(count) {
  const lines = [`remote r 00-${remote.trace}-${remote.span}-01 ${remote.state}`];
  const expected = [];
  for (let id = 0; id < count; ++id) {
    const parent = pick(['-', 'r', ...(id > 0 ? [String(random(id))] : [])]);
    const span = { name: pick(texts), kind: random(5), parent, attributes: new Map(), events: [], links: [], status: ['unset', ''] };
    lines.push(`span ${id} ${parent} ${span.kind} ${hex(span.name)}`, `ids ${id}`);
    for (let n = random(6); n > 0; --n) {
      const key = pick(['a', 'b', 'http.route', 'ключ']);
      const [words, value] = any[pick(Object.keys(any))]();
      lines.push(`attr ${id} ${hex(key)} ${words}`);
      span.attributes.set(key, value);
    }
    for (let n = random(3); n > 0; --n) {
      const event = { name: pick(texts), text: pick(texts) };
      span.events.push(event);
      lines.push(`event ${id} ${hex(event.name)} ${hex('key')} ${hex(event.text)}`);
    }
    for (let n = random(2); n > 0; --n) {
      const other = pick(['r', String(id)]);
      span.links.push(other);
      lines.push(`link ${id} ${other}`);
    }
    if (random(2)) {
      span.status = pick([['ok', ''], ['error', pick(texts)]]);
      lines.push(`status ${id} ${span.status[0]} ${hex(span.status[1])}`);
    }
    lines.push(`end ${id}`);
    expected.push(span);
  }
  return { lines: [...lines, 'flush'], expected };
}
function checkSpans(message, expected, printed) {
  assert.equal(message.resourceSpans.length, 1);
  const [{ resource, scopeSpans }] = message.resourceSpans;
  const attributes = Object.fromEntries(resource.attributes.map(({ key, value }) => [key, value.stringValue]));
  assert.equal(attributes['service.name'], 'tea shop');
  assert.equal(attributes['telemetry.sdk.name'], 'millrace');
  assert.equal(attributes['deployment.environment.name'], 'a, b');
  assert.equal(scopeSpans.length, 1);
  assert.deepEqual(scopeSpans[0].scope, { name: 'driver', version: '7' });
  const spans = scopeSpans[0].spans;
  assert.equal(spans.length, expected.length);
  const ids = expected.map((_, i) => { const [parent, span] = printed[i]; return { trace: parent.split('-')[1], span, flags: parseInt(parent.slice(-2), 16) }; });
  const now = BigInt(Date.now()) * 1_000_000n;
  expected.forEach((want, i) => {
    const got = { ...spans[i] };
    const age = now - BigInt(got.startTimeUnixNano);
    assert(age >= -1_000_000_000n && age < 60_000_000_000n, `started ${age} ns ago`);
    assert.equal(got.endTimeUnixNano, got.startTimeUnixNano);
    for (const event of got.events ?? []) assert.equal(event.timeUnixNano, got.startTimeUnixNano);
    const above = want.parent === 'r' ? remote : ids[+want.parent];
    const inState = (id) => id === 'r' || (id !== '-' && inState(expected[+id].parent));
    const traceState = inState(want.parent) ? remote.state : undefined;
    const drop = (object) => JSON.parse(JSON.stringify(object));
    const text = (key, value) => ({ key, value: { stringValue: value } });
    assert.deepEqual(drop(got), drop({
      traceId: above?.trace ?? ids[i].trace,
      spanId: ids[i].span,
      traceState,
      parentSpanId: above?.span,
      name: named(want.name),
      kind: want.kind + 1,
      startTimeUnixNano: got.startTimeUnixNano,
      endTimeUnixNano: got.endTimeUnixNano,
      attributes: want.attributes.size ? [...want.attributes].map(([key, value]) => ({ key, value })) : undefined,
      events: want.events.length ? want.events.map((event) => ({ timeUnixNano: got.startTimeUnixNano, name: named(event.name),
        attributes: [text('key', event.text)] })) : undefined,
      links: want.links.length ? want.links.map((other) => (other === 'r'
        ? { traceId: remote.trace, spanId: remote.span, traceState: remote.state, flags: 0x301 }
        : { traceId: ids[i].trace, spanId: ids[i].span, traceState, flags: 0x100 | ids[i].flags })) : undefined,
      status: want.status[0] === 'unset' ? undefined : { code: want.status[0] === 'ok' ? 1 : 2, message: want.status[1] || undefined },
      flags: 0x100 | ids[i].flags | (want.parent === 'r' ? 0x200 : 0),
    }), `span ${i}`);
  });
}

// --- the cases ----------------------------------------------------------------------------------------------------------------------------

const shop = { OTEL_SERVICE_NAME: 'tea shop', OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=a%2C%20b' };
const formats = { protobuf: { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' }, json: { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' } };
const cases = {};

for (const [format, environment] of Object.entries(formats)) {
  for (const compression of ['none', 'gzip']) {
    cases[`spans as ${format}, ${compression}`] = async () => {
      const { lines, expected } = someSpans(300);
      const { printed, requests } = await exchange(lines, [], { ...shop, ...environment, OTEL_EXPORTER_OTLP_COMPRESSION: compression });
      assert.equal(requests.length, 1);
      assert.equal(requests[0].url, '/v1/traces');
      assert.equal(requests[0].headers['content-encoding'], compression === 'gzip' ? 'gzip' : undefined);
      assert.equal(requests[0].headers['user-agent'], 'millrace/0.1.0');
      checkSpans(requests[0].message, expected, printed);
      assert.deepEqual(figures(printed.at(-1)),
        { exported: expected.length, rejected: 0, failed: 0, requests: 1, retries: 0, badReplies: 0, error: 'none' });
    };
  }

  cases[`text that is not UTF-8 as ${format}`] = async () => {
    const { requests } = await exchange(['span 0 - 0 61ff62', 'end 0', 'flush'], [], environment);
    assert.equal(requests[0].message.resourceSpans[0].scopeSpans[0].spans[0].name, 'a\ufffdb');
  };

  cases[`numbers as ${format}`] = async () => {
    const { requests, printed } = await exchange([
      `counter ${hex('sum.int')} ${hex('{cup}')} int 9223372036854775807 ${hex('size')} ${hex('small')}`,
      `counter ${hex('sum.int')} ${hex('{cup}')} int 0 ${hex('size')} ${hex('large')}`,
      `updown ${hex('up.down')} ${hex('1')} double -2.5 - -`,
      `gauge ${hex('level')} ${hex('Cel')} double nan - -`,
      `gauge ${hex('full')} - int -3 ${hex('otel.metric.overflow')} ${hex('true')}`,
      `counter ${hex('seen')} ${hex('1')} double 4 ${hex('exemplar')} ${hex('x')}`, 'push'], [], { ...shop, ...environment });
    assert.equal(requests[0].url, '/v1/metrics');
    const [{ resource, scopeMetrics }] = requests[0].message.resourceMetrics;
    assert.deepEqual(resource.attributes.find(({ key }) => key === 'from.snapshot').value, { stringValue: 'yes' });
    assert.deepEqual(scopeMetrics[0].scope, { name: 'millrace', version: '0.1.0' });
    const times = { startTimeUnixNano: '1700000000000000000', timeUnixNano: '1700000060000000000' };
    const labels = (key, value) => [{ key, value: { stringValue: value } }];
    const description = 'of a test';
    assert.deepEqual(scopeMetrics[0].metrics, [
      { name: 'sum.int', unit: '{cup}', description, sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [
        { ...times, asInt: '9223372036854775807', attributes: labels('size', 'small') }, { ...times, asInt: '0', attributes: labels('size', 'large') }] } },
      { name: 'up.down', unit: '1', description, sum: { aggregationTemporality: 2, dataPoints: [{ ...times, asDouble: -2.5 }] } },
      { name: 'level', unit: 'Cel', description, gauge: { dataPoints: [{ timeUnixNano: times.timeUnixNano, asDouble: 'NaN' }] } },
      { name: 'full', description, gauge: { dataPoints: [{ timeUnixNano: times.timeUnixNano, asInt: '-3',
        attributes: [{ key: 'otel.metric.overflow', value: { boolValue: true } }] }] } },
      { name: 'seen', unit: '1', description, sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [{ ...times, asDouble: 4,
        attributes: labels('exemplar', 'x'), exemplars: [{ timeUnixNano: times.timeUnixNano, asDouble: 0.25, spanId: '0000000000000003',
          traceId: '00000000000000010000000000000002' }] }] } },
    ]);
    assert.equal(figures(printed[0]).exported, 1);
  };

  cases[`histograms as ${format}`] = async () => {
    const values = [0, 0, 1, 2, 127, 128, 1000, 1_000_000, ...Array.from({ length: 500 }, () => random(2 ** 30))];
    const line = (unit, perUnit, of) => `histogram ${hex(`took.${unit}`)} ${hex(unit)} ${perUnit} ${of.join(' ')}`;
    const lines = [line('s', 1e9, values), line('By', 1, values), line('1', 1, [64]), line('none', 1, []), 'push'];
    const { requests } = await exchange(lines, [], environment);
    const metrics = requests[0].message.resourceMetrics[0].scopeMetrics[0].metrics;
    for (const [i, perUnit] of [[0, 1e9], [1, 1]]) {
      const { aggregationTemporality, dataPoints: [point] } = metrics[i].exponentialHistogram;
      assert.equal(aggregationTemporality, 2);
      assert.equal(+point.count, values.length);
      assert.equal(point.sum, values.reduce((sum, value) => sum + value) / perUnit);
      assert.equal(point.min ?? 0, 0);
      assert.equal(point.max, Math.max(...values) / perUnit);
      assert.equal(point.zeroCount, '2');
      const counts = point.positive.bucketCounts.map(Number);
      assert.equal(counts.reduce((sum, count) => sum + count) + 2, values.length);
      assert(counts.length <= 160);
      // The n-th smallest value lies in the bucket with the n-th count, or within 0.79 % of it.
      const sorted = values.map((value) => value / perUnit).sort((a, b) => a - b).slice(2);
      const border = (index) => 2 ** (index * 2 ** -(point.scale ?? 0));
      let at = 0;
      counts.forEach((count, bucket) => {
        for (; count > 0; --count, ++at) {
          const index = (point.positive.offset ?? 0) + bucket;
          assert(sorted[at] <= border(index + 1) * 1.0079 && sorted[at] >= border(index) * 0.9921, `${sorted[at]} in bucket ${index}`);
        }
      });
    }
    assert.deepEqual(metrics[2].exponentialHistogram.dataPoints[0].positive, { offset: 383, bucketCounts: ['1'] });
    assert.equal(metrics[2].exponentialHistogram.dataPoints[0].scale, 6);
    assert.equal(metrics[3].exponentialHistogram.dataPoints[0].max, undefined);

    const explicit = (await exchange(lines, [], environment, ['explicit'])).requests[0].message.resourceMetrics[0].scopeMetrics[0].metrics;
    const [point] = explicit[1].histogram.dataPoints;
    assert.equal(point.explicitBounds.length, 41);
    let below = 0;
    point.explicitBounds.forEach((bound, i) => {
      const upTo = values.filter((value) => value <= bound).length;
      assert.equal(+point.bucketCounts[i], upTo - below, `up to ${bound}`);
      below = upTo;
    });
    assert.equal(point.bucketCounts[41], '0');
    assert.equal(explicit[0].histogram.dataPoints[0].explicitBounds[3], 7e-9);
  };
}

const small = ['span 0 - 0 61', 'span 1 - 0 62', 'end 0', 'end 1', 'flush'];

cases['503 with Retry-After is tried again, not too soon'] = async () => {
  const { printed, requests } = await exchange(small, [reply(503, { 'retry-after': '1' }), reply(429), reply(502), ok]);
  assert.equal(requests.length, 4);
  assert(requests[1].at - requests[0].at >= 990, `after ${requests[1].at - requests[0].at} ms`);
  assert.deepEqual(requests[3].message, requests[0].message);
  assert.deepEqual(figures(printed.at(-1)), { exported: 2, rejected: 0, failed: 0, requests: 4, retries: 3, badReplies: 0, error: 'none' });
};

cases['504 for ever is given up'] = async () => {
  const { printed } = await exchange(small, Array(9).fill(reply(504)));
  const got = figures(printed.at(-1));
  assert.deepEqual([got.failed, got.requests, got.retries], [2, 4, 3]);
  assert.match(got.error, /status=504/);
};

for (const status of [400, 401, 404, 413, 500, 501]) {
  cases[`${status} is final`] = async () => {
    const { printed } = await exchange(small, [reply(status, {}, 'why not')]);
    const got = figures(printed.at(-1));
    assert.deepEqual([got.failed, got.requests, got.retries], [2, 1, 0]);
    assert.match(got.error, new RegExp(`status=${status}`));
  };
}

for (const status of [301, 302, 307, 308]) {
  cases[`${status} is not followed`] = async () => {
    const other = await new Collector().listen();
    try {
      const { printed } = await exchange(small, [reply(status, { location: `${other.url}/v1/traces` })], { OTEL_EXPORTER_OTLP_HEADERS: 'token=secret' });
      assert.equal(figures(printed.at(-1)).failed, 2);
      assert.equal(other.requests.length, 0);
    } finally {
      await other.close();
    }
  };
}

cases['a collector that does not answer costs its time limit'] = async () => {
  const started = Date.now();
  const { printed } = await exchange(small, Array(9).fill(() => {}), { OTEL_EXPORTER_OTLP_TIMEOUT: '100' });
  const got = figures(printed.at(-1));
  assert.deepEqual([got.failed, got.requests], [2, 4]);
  assert.match(got.error, /timed_out|time/i);
  assert(Date.now() - started < 5_000);
};

cases['a reply that never ends costs its time limit and no memory'] = async () => {
  const endless = (request, response) => {
    response.writeHead(200);
    const more = setInterval(() => response.write(Buffer.alloc(1 << 20)), 5);
    response.on('close', () => clearInterval(more));
  };
  const { printed } = await exchange(small, Array(9).fill(endless), { OTEL_EXPORTER_OTLP_TIMEOUT: '100' });
  assert.equal(figures(printed.at(-1)).failed, 2);
};

cases['a reply that is too long is success'] = async () => {
  const { printed } = await exchange(small, [reply(200, { 'content-type': 'application/json' }, `{"a":"${'x'.repeat(1 << 20)}"}`)]);
  assert.deepEqual(figures(printed.at(-1)), { exported: 2, rejected: 0, failed: 0, requests: 1, retries: 0, badReplies: 1, error: 'none' });
};

cases['connections that break are tried again'] = async () => {
  const broken = (request) => request.socket.destroy();
  const halfway = (request, response) => {
    response.writeHead(200, { 'content-length': 1000 });
    response.write('x');
    setTimeout(() => request.socket.destroy(), 10);
  };
  const { printed, requests } = await exchange(small, [broken, halfway, (request) => request.socket.end('rubbish\r\n\r\n')]);
  const got = figures(printed.at(-1));
  assert(requests.length >= 3);
  assert.equal(got.exported + got.failed, 2);
  if (got.failed) assert.match(got.error, /the request failed/);
};

cases['nobody there'] = async () => {
  const collector = await new Collector().listen();
  await collector.close();
  const printed = await run(small, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  const got = figures(printed.at(-1));
  assert.deepEqual([got.failed, got.requests, got.retries], [2, 4, 3]);
};

cases['partial success is counted'] = async () => {
  const [, Response] = types['/v1/traces'];
  const partial = reply(200, { 'content-type': 'application/x-protobuf' },
    Response.encode({ partialSuccess: { rejectedSpans: 1, errorMessage: 'one was cold' } }).finish());
  const { printed } = await exchange(small, [partial]);
  assert.deepEqual(figures(printed.at(-1)), { exported: 1, rejected: 1, failed: 0, requests: 1, retries: 0, badReplies: 0, error: 'none' });
};

cases['headers and endpoints of the environment are used'] = async () => {
  const collector = await new Collector().listen();
  collector.decode = () => null;
  collector.server.prependListener('request', (request) => { if (!types[request.url]) request.url = '/v1/traces'; });
  try {
    await run(small, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/elsewhere?x=1`,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc%3D, x-empty=' });
    assert.equal(collector.requests.length, 1);
    assert.equal(collector.requests[0].headers.authorization, 'Bearer abc=');
    assert.equal(collector.requests[0].headers['x-empty'], '');
  } finally {
    await collector.close();
  }
};

cases['an environment that cannot be used is refused'] = async () => {
  for (const [name, value] of [['PROTOCOL', 'grpc'], ['TIMEOUT', '-1'], ['TIMEOUT', '0'], ['TIMEOUT', '1s'], ['COMPRESSION', 'zip'], ['HEADERS', 'novalue'],
    ['HEADERS', 'a=%0d%0aInjected:%20x'], ['HEADERS', 'bad name=x'], ['HEADERS', 'content-length=5'], ['ENDPOINT', 'file:///etc/passwd'],
    ['ENDPOINT', 'gopher://x'], ['ENDPOINT', 'http://user:secret@x'], ['ENDPOINT', 'http://'], ['TRACES_ENDPOINT', 'http://x/#part']]) {
    const printed = await run(small, { [`OTEL_EXPORTER_OTLP_${name}`]: value });
    assert.equal(printed[0][0], 'refused', `${name}=${value}`);
    assert(!printed.flat().join(' ').includes('secret'));
  }
  assert.equal((await run(small, { OTEL_RESOURCE_ATTRIBUTES: 'novalue' }))[0][0], 'refused');
};

cases['certificates are verified'] = async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'otlp-'));
  const key = path.join(folder, 'key.pem'), cert = path.join(folder, 'cert.pem');
  const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=tea',
    '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert], { encoding: 'utf8' });
  assert.equal(made.status, 0, `openssl could not make a certificate: ${made.stderr ?? made.error}`);
  const collector = await new Collector([], { key: fs.readFileSync(key), cert: fs.readFileSync(cert) }).listen();
  collector.server.on('tlsClientError', () => {});
  try {
    const refused = figures((await run(small, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url })).at(-1));
    assert.deepEqual([refused.failed, refused.requests, collector.requests.length], [2, 1, 0]);
    assert.match(refused.error, /certificate/);
    const trusted = await run(small, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_CERTIFICATE: cert });
    assert.equal(figures(trusted.at(-1)).exported, 2);
    const otherName = collector.url.replace('127.0.0.1', 'localhost');
    const wrong = figures((await run(small, { OTEL_EXPORTER_OTLP_ENDPOINT: otherName, OTEL_EXPORTER_OTLP_CERTIFICATE: cert })).at(-1));
    assert.deepEqual([wrong.failed, wrong.requests], [2, 1]);
  } finally {
    await collector.close();
    fs.rmSync(folder, { recursive: true });
  }
};

let failures = 0;
for (const [name, check] of Object.entries(cases)) {
  const started = Date.now();
  try {
    await check();
    console.log(`ok      ${name} (${Date.now() - started} ms)`);
  } catch (error) {
    ++failures;
    console.log(`FAILED  ${name}\n${error.stack}`);
  }
}
console.log(`${Object.keys(cases).length} cases, ${failures} failed (MILLRACE_SEED=${seed})`);
process.exit(failures ? 1 : 0);
