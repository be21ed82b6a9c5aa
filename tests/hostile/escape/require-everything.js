// Every module of Node's by both its names, files, folders, and what is no text at all.
// outcome: output
const names = `assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain events fs
  fs/promises http http2 https inspector inspector/promises module net os path path/posix perf_hooks process punycode querystring readline repl
  stream string_decoder sys test timers timers/promises tls trace_events tty url util util/types v8 vm wasi worker_threads zlib`.split(/\s+/);
const requests = [...names, ...names.map((name) => 'node:' + name), 'node:sqlite', 'node:sea', 'node:test', 'internal/bootstrap', 'millrace', '.', '..', '/',
  './function-constructor.js', './fixtures/good.mjs', '/etc/passwd', __filename, __dirname, '', '\0', 'file:///etc/passwd', 'http://example.org/x.js',
  'data:text/javascript,1', 1, null, undefined, {}, Symbol.iterator, [__filename], { toString: () => 'fs' }];
const dangerous = /^(node:)?(child_process|cluster|dgram|fs|fs\/promises|http2?|https|inspector.*|module|net|os|process|repl|tls|v8|vm|wasi|worker_threads)$/;
for (const request of requests) {
  try {
    const found = require(request);
    if (typeof request !== 'string' || dangerous.test(request) || !names.includes(request.replace('node:', ''))) console.log('loaded', request, found);
  } catch (error) {
    if (!(error instanceof Error) || error.code === undefined) console.log(request, error);
  }
}
for (const name of ['fs', 'node:fs', 'node:fs/promises', './function-constructor.js', '/etc/passwd']) {
  try { require(name); } catch (error) { console.log(name, error.name, error.code); }
}
