// What the web has not is not there; what both profiles have is.
// flags: --profile=web
var fromScript = this === globalThis && typeof arguments === 'undefined';
const absent = ['global', 'process', 'require', 'module', 'exports', '__filename', '__dirname', 'Buffer', 'setImmediate', 'clearImmediate', 'gc'];
console.log('here all the same:', absent.filter((name) => name in globalThis).join() || 'none');
const present = [
  'AbortController', 'AbortSignal', 'CustomEvent', 'DOMException', 'ErrorEvent', 'Event', 'EventTarget', 'MessageChannel', 'MessageEvent', 'MessagePort',
  'PromiseRejectionEvent', 'TextDecoder',
  'TextEncoder', 'URL', 'URLSearchParams', 'addEventListener', 'atob', 'btoa', 'clearInterval', 'clearTimeout', 'console', 'crypto',
  'dispatchEvent', 'onerror', 'onrejectionhandled', 'onunhandledrejection', 'performance', 'queueMicrotask', 'removeEventListener', 'reportError',
  'self', 'setInterval', 'setTimeout', 'structuredClone',
];
console.log('missing:', present.filter((name) => !(name in globalThis)).join() || 'none');
console.log('a classic script:', fromScript, globalThis.fromScript === fromScript, self === globalThis);
console.log(Object.keys(globalThis).sort().join());
self = 'replaced'; // it is replaceable
console.log(self);
import('node:fs').catch((error) => console.log(error.code));
import('fs').catch((error) => console.log(error.code));
import('./fixtures/module.js').then(({ default: value, url }) => console.log(value, url.endsWith('/fixtures/module.js')));
