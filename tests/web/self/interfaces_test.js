// The shape of everything ECMA-429 (Minimum Common Web API) asks for, and of what else is there of the web: names, properties of the global
// object, members with their attributes, names and lengths, brands, constructors. What the members do is for other tests. Runs in both profiles.
'use strict';

// Not there yet. Who brings a name takes it out; one that is there is checked all the same.
const notYet = ['fetch', 'CustomEvent.initCustomEvent', 'WebAssembly.compileStreaming', 'WebAssembly.instantiateStreaming'];

// Name(length of the constructor, or `illegal`) [: parent] then members: `attribute`, `attribute=` with a setter, `method(length)`; `~` before
// a member that gives a promise, `static` before one of the interface itself, `iterable` for what entries() iterates over, `async` for values().
const interfaces = `
AbortController(0): signal abort(0)
AbortSignal(illegal) : EventTarget: aborted reason throwIfAborted(0) onabort= static abort(0) static any(1) static timeout(1)
Event(1): type target srcElement currentTarget composedPath(0) eventPhase stopPropagation(0) cancelBubble= stopImmediatePropagation(0) bubbles
  cancelable returnValue= preventDefault(0) defaultPrevented composed timeStamp
EventTarget(0): addEventListener(2) removeEventListener(2) dispatchEvent(1)
CustomEvent(1) : Event: detail initCustomEvent(1)
ErrorEvent(1) : Event: message filename lineno colno error
MessageChannel(0): port1 port2
MessageEvent(1) : Event: data origin lastEventId source ports
MessagePort(illegal) : EventTarget: postMessage(1) start(0) close(0) onmessage= onmessageerror=
DOMException(0): name message code
Headers(0): append(2) delete(1) get(1) getSetCookie(0) has(1) set(2) entries(0) forEach(1) keys(0) values(0) iterable
Request(1): method url headers destination referrer referrerPolicy mode credentials cache redirect integrity keepalive signal clone(0) body bodyUsed
  ~arrayBuffer(0) ~blob(0) ~formData(0) ~json(0) ~text(0)
Response(0): type url redirected status ok statusText headers clone(0) body bodyUsed ~arrayBuffer(0) ~blob(0) ~formData(0) ~json(0) ~text(0)
  static error(0) static redirect(1) static json(1)
FormData(0): append(2) delete(1) get(1) getAll(1) has(1) set(2) entries(0) forEach(1) keys(0) values(0) iterable
Blob(0): size type slice(0) stream(0) ~text(0) ~arrayBuffer(0)
File(2) : Blob: name lastModified
ByteLengthQueuingStrategy(1): highWaterMark size
CountQueuingStrategy(1): highWaterMark size
ReadableByteStreamController(illegal): byobRequest desiredSize close(0) enqueue(1) error(0)
ReadableStream(0): locked ~cancel(0) getReader(0) pipeThrough(1) ~pipeTo(1) tee(0) values(0) static from(1) async
ReadableStreamBYOBReader(1): ~closed ~cancel(0) ~read(1) releaseLock(0)
ReadableStreamBYOBRequest(illegal): view respond(1) respondWithNewView(1)
ReadableStreamDefaultController(illegal): desiredSize close(0) enqueue(0) error(0)
ReadableStreamDefaultReader(1): ~closed ~cancel(0) ~read(0) releaseLock(0)
TransformStream(0): readable writable
TransformStreamDefaultController(illegal): desiredSize enqueue(0) error(0) terminate(0)
WritableStream(0): locked ~abort(0) ~close(0) getWriter(0)
WritableStreamDefaultController(illegal): signal error(0)
WritableStreamDefaultWriter(1): ~closed desiredSize ~ready ~abort(0) ~close(0) releaseLock(0) ~write(0)
CompressionStream(1): readable writable
DecompressionStream(1): readable writable
TextDecoder(0): encoding fatal ignoreBOM decode(0)
TextEncoder(0): encoding encode(0) encodeInto(2)
TextDecoderStream(0): encoding fatal ignoreBOM readable writable
TextEncoderStream(0): encoding readable writable
URL(1): href= origin protocol= username= password= host= hostname= port= pathname= search= searchParams hash= toJSON(0) toString(0)
  static canParse(1) static parse(1)
URLSearchParams(0): size append(2) delete(1) get(1) getAll(1) has(1) set(2) sort(0) toString(0) entries(0) forEach(1) keys(0) values(0) iterable
URLPattern(0): protocol username password hostname port pathname search hash hasRegExpGroups test(0) exec(0)
Crypto(illegal): subtle getRandomValues(1) randomUUID(0)
CryptoKey(illegal): type extractable algorithm usages
SubtleCrypto(illegal): ~encrypt(3) ~decrypt(3) ~sign(3) ~verify(4) ~digest(2) ~generateKey(3) ~deriveKey(5) ~deriveBits(2) ~importKey(5) ~exportKey(2)
  ~wrapKey(4) ~unwrapKey(7)
Performance(illegal) : EventTarget: now(0) timeOrigin toJSON(0) mark(1) measure(1) clearMarks(0) clearMeasures(0) getEntries(0) getEntriesByName(1)
  getEntriesByType(1)
PerformanceEntry(illegal): name entryType startTime duration toJSON(0)
PerformanceMark(1) : PerformanceEntry: detail
PerformanceMeasure(illegal) : PerformanceEntry: detail
PerformanceObserver(1): observe(0) disconnect(0) takeRecords(0) static supportedEntryTypes
PerformanceObserverEntryList(illegal): getEntries(0) getEntriesByName(1) getEntriesByType(1)
Navigator(illegal): hardwareConcurrency language languages platform userAgent
PromiseRejectionEvent(2) : Event: promise reason
`;

const inWeb = typeof process === 'undefined'; // the profile
const onlyInWeb = ['PromiseRejectionEvent', 'self', 'reportError', 'onerror', 'onunhandledrejection', 'onrejectionhandled'];
const isMissing = (name) => notYet.includes(name) || (!inWeb && onlyInWeb.includes(name));

let failures = 0;
function check(holds, what) {
  if (holds) return;
  failures++;
  console.error(`not so: ${what}`);
}
const throwsTypeError = (f) => {
  try { f(); } catch (error) { return error instanceof TypeError; }
  return false;
};
const own = Object.getOwnPropertyDescriptor;
const pending = [];

function checkFunction(f, name, length, what) {
  check(typeof f === 'function', `${what} is a function`);
  if (typeof f !== 'function') return;
  check(f.name === name, `${what}'s name is '${name}', not '${f.name}'`);
  if (length !== undefined) check(f.length === length, `${what}'s length is ${length}, not ${f.length}`);
  check(own(f, 'prototype') === undefined && throwsTypeError(() => new f()), `${what} is no constructor`);
}

// A call on what is not of the interface.
function checkBrand(f, givesPromise, what, strangers) {
  for (const stranger of strangers) {
    if (!givesPromise) {
      check(throwsTypeError(() => Reflect.apply(f, stranger, [1, 2, 3, 4, 5, 6, 7])), `${what} throws a TypeError for strangers`);
      continue;
    }
    try {
      const promise = Reflect.apply(f, stranger, [1, 2, 3, 4, 5, 6, 7]);
      pending.push(promise.then(() => check(false, `${what} rejects strangers`), (error) => check(error instanceof TypeError, `${what} rejects with a TypeError`)));
    } catch {
      check(false, `${what} rejects strangers, and does not throw`);
    }
  }
}

function checkMember(holder, member, interfaceName, strangers) {
  const [, tilde, name, setter, length] = /^(~?)(\w+)(=?)(?:\((\d)\))?$/.exec(member);
  const what = `${interfaceName}.${name}`;
  const descriptor = own(holder, name);
  if (descriptor === undefined) {
    check(isMissing(what), `${what} is there`);
    return;
  }
  check(descriptor.enumerable && descriptor.configurable, `${what} is enumerable and configurable`);
  if (length !== undefined) {
    check(descriptor.writable === true, `${what} is writable`);
    checkFunction(descriptor.value, name, +length, what);
    if (strangers.length > 0 && typeof descriptor.value === 'function') checkBrand(descriptor.value, tilde !== '', what, strangers);
    return;
  }
  check(typeof descriptor.get === 'function', `${what} is an attribute`);
  if (typeof descriptor.get !== 'function') return;
  checkFunction(descriptor.get, `get ${name}`, 0, `${what}'s getter`);
  check((descriptor.set !== undefined) === (setter !== ''), `${what} ${setter === '' ? 'has no setter' : 'has a setter'}`);
  if (setter !== '' && descriptor.set !== undefined) checkFunction(descriptor.set, `set ${name}`, 1, `${what}'s setter`);
  if (strangers.length === 0) return;
  checkBrand(descriptor.get, tilde !== '', what, strangers);
  if (descriptor.set !== undefined) checkBrand(descriptor.set, false, what, strangers);
}

function checkInterface(text) {
  const [, name, length, parent, list] = /^(\w+)\((\w+)\)(?: : (\w+))?: ([^]*)$/.exec(text);
  const there = globalThis[name]; // which loads it
  if (there === undefined) {
    check(isMissing(name), `${name} is there`);
    check(!(name in globalThis), `${name} is not there at all`);
    return;
  }
  const descriptor = own(globalThis, name);
  check(descriptor.value === there && descriptor.writable && descriptor.configurable && !descriptor.enumerable, `${name} is a hidden property of the global object`);
  check(there.name === name, `${name}'s name`);
  check(throwsTypeError(() => there('a', {})), `${name} asks for new`);
  if (length === 'illegal') check(throwsTypeError(() => new there()) && throwsTypeError(() => new there('a', {})), `${name} has an illegal constructor`);
  check(there.length === (length === 'illegal' ? 0 : +length), `${name}.length is ${length}, not ${there.length}`);
  if (+length > 0) check(throwsTypeError(() => new there()), `${name} misses its arguments`);
  const { prototype } = there;
  const shape = own(there, 'prototype');
  check(!shape.writable && !shape.enumerable && !shape.configurable, `${name}.prototype is fixed`);
  check(own(prototype, 'constructor').value === there && !own(prototype, 'constructor').enumerable, `${name}.prototype.constructor`);
  const tag = own(prototype, Symbol.toStringTag);
  check(tag !== undefined && tag.value === name && !tag.writable && !tag.enumerable && tag.configurable, `${name}.prototype[Symbol.toStringTag]`);
  const Parent = parent === undefined ? undefined : globalThis[parent];
  const above = (object) => { // Node has an event target with on() and off() between the two
    const next = Object.getPrototypeOf(object);
    return name === 'MessagePort' && !inWeb ? Object.getPrototypeOf(next) : next;
  };
  check(above(there) === (Parent ?? Function.prototype), `${name} inherits from ${parent ?? 'nothing'}`);
  check(above(prototype) === (name === 'DOMException' ? Error.prototype : (Parent ?? Object).prototype), `${name}.prototype inherits`);

  // In the profile web undefined is the global object, which is an event target.
  const strangers = [{}, prototype, new Proxy({}, {})];
  const words = list.trim().split(/\s+/);
  for (let i = 0; i < words.length; i++) {
    if (words[i] === 'static') checkMember(there, words[++i], name, []);
    else if (words[i] === 'iterable') check(prototype[Symbol.iterator] === prototype.entries, `${name} iterates over its entries`);
    else if (words[i] === 'async') check(prototype[Symbol.asyncIterator] === prototype.values, `${name} iterates over its values`);
    else checkMember(prototype, words[i], name, strangers);
  }
  for (const key of Object.getOwnPropertyNames(prototype))
    check(key === 'constructor' || own(prototype, key).enumerable || /^[A-Z_]+$/.test(key), `${name}.prototype.${key} is enumerable`);
}

for (const text of interfaces.trim().split(/\n(?=\S)/)) checkInterface(text);

{ // functions of the global object
  for (const [name, length] of [
    ['atob', 1], ['btoa', 1], ['queueMicrotask', 1], ['structuredClone', 1], ['fetch', 1], ['reportError', 1],
    ...['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'].map((name) => [name, inWeb ? +name.startsWith('set') : undefined]),
  ]) {
    const f = globalThis[name];
    if (f === undefined) {
      check(isMissing(name), `${name} is there`);
      continue;
    }
    const { writable, enumerable, configurable } = own(globalThis, name);
    check(writable && enumerable && configurable, `${name} is a plain, enumerable property`);
    if (inWeb || !/^(set|clear)/.test(name)) checkFunction(f, name, length, name);
  }
}

{ // attributes of the global object
  for (const [name, replaceable] of [['crypto', false], ['navigator', false], ['performance', true], ['self', true]]) {
    const descriptor = own(globalThis, name);
    if (descriptor === undefined) {
      check(isMissing(name), `${name} is there`);
      continue;
    }
    check(typeof descriptor.get === 'function' && descriptor.enumerable && descriptor.configurable, `${name} is an attribute`);
    check((descriptor.set !== undefined) === replaceable, `${name} is ${replaceable ? '' : 'not '}replaceable`);
    check(Reflect.apply(descriptor.get, undefined, []) === globalThis[name], `${name} means that of the global object`);
  }
  for (const name of ['onerror', 'onunhandledrejection', 'onrejectionhandled']) {
    const descriptor = own(globalThis, name);
    check((descriptor !== undefined) === inWeb, `${name} is there in the profile web alone`);
    if (descriptor !== undefined) check(descriptor.get !== undefined && descriptor.set !== undefined && globalThis[name] === null, `${name} is a handler`);
  }
  check(typeof navigator.userAgent === 'string' && /^Millrace\/\d/.test(navigator.userAgent), 'navigator.userAgent');
  check(navigator.hardwareConcurrency >= 1 && Number.isInteger(navigator.hardwareConcurrency), 'navigator.hardwareConcurrency');
  check(navigator.languages === navigator.languages && Object.isFrozen(navigator.languages) && navigator.languages[0] === navigator.language, 'navigator.languages');
  check(/^[a-z]{2,3}(-|$)/.test(navigator.language) && typeof navigator.platform === 'string', 'navigator.language and platform');
}

{ // the namespace console
  check(Object.prototype.toString.call(console) === '[object console]', 'console has its class string');
  const prototype = Object.getPrototypeOf(console);
  check(Object.getPrototypeOf(prototype) === Object.prototype && Reflect.ownKeys(prototype).length === 0, 'console has a prototype of its own, which is empty');
  const { writable, enumerable, configurable } = own(globalThis, 'console');
  check(writable && !enumerable && configurable, 'console is a hidden property of the global object');
  for (const name of ['assert', 'clear', 'count', 'countReset', 'debug', 'dir', 'dirxml', 'error', 'group', 'groupCollapsed', 'groupEnd', 'info', 'log', 'table', 'time', 'timeEnd', 'timeLog', 'trace', 'warn']) {
    const descriptor = own(console, name);
    check(descriptor !== undefined && descriptor.writable && descriptor.enumerable && descriptor.configurable, `console.${name} is a plain property`);
    check(typeof console[name] === 'function' && console[name].name === name, `console.${name} is a function of that name`);
  }
}

if (typeof WebAssembly === 'object') { // the engine's
  check(Object.prototype.toString.call(WebAssembly) === '[object WebAssembly]', 'WebAssembly has its class string');
  for (const name of ['Global', 'Instance', 'Memory', 'Module', 'Table', 'Tag', 'Exception', 'CompileError', 'LinkError', 'RuntimeError', 'compile', 'instantiate', 'validate'])
    check(typeof WebAssembly[name] === 'function', `WebAssembly.${name} is there`);
  for (const name of ['compileStreaming', 'instantiateStreaming'])
    check(typeof WebAssembly[name] === 'function' || isMissing(`WebAssembly.${name}`), `WebAssembly.${name} is there`);
  check(WebAssembly.JSTag instanceof WebAssembly.Tag, 'WebAssembly.JSTag is a tag');
}

Promise.all(pending).then(() => {
  if (failures > 0) throw new Error(`${failures} of the things an interface has are not so`);
  console.log('interfaces: ok');
});
