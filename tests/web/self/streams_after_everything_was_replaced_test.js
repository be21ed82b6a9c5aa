// Streams keep working when a program has replaced what they are made of, and nothing that it put there is asked.
'use strict';
const assert = require('node:assert');
const { strictEqual } = assert;
const { stderr } = process;
stderr.write(''); // loads what it needs

let touched = '';
const trap = (name) => function () {
  touched += ` ${name}`;
  throw new Error(name);
};
const source = {
  n: 0,
  [Symbol.asyncIterator]() { return this; },
  next() { return this.n < 3 ? { value: 'abc'[this.n++], done: false } : { value: undefined, done: true }; },
};
const {
  CompressionStream: Compression, DecompressionStream: Decompression, ReadableStream: Readable, TextDecoderStream: Decoding, TextEncoderStream: Encoding,
  TransformStream: Transform, WritableStream: Writable,
} = globalThis;

// Once before and once after everything is replaced; with the argument `late` only after, when the files of the built-ins are not loaded yet.
async function run() {
  let text = '';
  source.n = 0;
  await Readable.from(source)
    .pipeThrough(new Encoding())
    .pipeThrough(new Compression('gzip'))
    .pipeThrough(new Decompression('gzip'))
    .pipeThrough(new Decoding())
    .pipeThrough(new Transform())
    .pipeTo(new Writable({ write(chunk) { text += chunk; } }));
  strictEqual(text, 'abc');
  let n = 0;
  let count = 0;
  const bytes = new Readable({ type: 'bytes', autoAllocateChunkSize: 4, pull(c) { if (n++ < 2) c.byobRequest.respond(3); else { c.close(); c.byobRequest.respond(0); } } });
  const branches = bytes.tee();
  for await (const chunk of branches[0]) count += chunk[2] === 0 ? 1 : 0;
  for await (const chunk of branches[1]) count += chunk[2] === 0 ? 1 : 0;
  strictEqual(count, 4);
  const reader = new Readable({ type: 'bytes', pull(c) { c.enqueue(new Uint8Array(5)); } }).getReader({ __proto__: null, mode: 'byob' });
  strictEqual((await reader.read(new Uint8Array(2), { __proto__: null, min: 2 })).done, false);
  await reader.cancel();
}

function replaceEverything() {
  const { then } = Promise.prototype;
  const { apply } = Reflect;
  Promise.prototype.then = function (...args) {
    touched += ' then';
    return apply(then, this, args);
  };
  Promise.prototype.catch = Promise.prototype.finally = trap('catch');
  for (const key of ['resolve', 'reject', 'withResolvers', 'all']) Promise[key] = trap(`Promise.${key}`);
  Object.defineProperty(Promise, Symbol.species, { get: trap('species') });
  const typed = Object.getPrototypeOf(Uint8Array.prototype);
  for (const key of ['set', 'slice', 'subarray', 'fill']) typed[key] = trap(`TypedArray.prototype.${key}`);
  for (const key of ['buffer', 'byteLength', 'byteOffset', 'length']) Object.defineProperty(typed, key, { get: trap(`TypedArray.prototype.${key}`) });
  Object.defineProperty(ArrayBuffer.prototype, 'byteLength', { get: trap('ArrayBuffer.prototype.byteLength') });
  ArrayBuffer.prototype.transfer = ArrayBuffer.prototype.slice = trap('ArrayBuffer.prototype');
  TextEncoder.prototype.encode = TextDecoder.prototype.decode = trap('encode');
  for (const name of ['TextEncoder', 'TextDecoder', 'ReadableStream', 'WritableStream', 'TransformStream', 'Promise', 'Uint8Array', 'AbortController', 'structuredClone'])
    if (name !== 'Uint8Array' && name !== 'Promise') globalThis[name] = trap(name);
  for (const key of ['read', 'releaseLock', 'closed']) Object.defineProperty(ReadableStreamDefaultReader.prototype, key, { value: trap(key) });
  for (const Class of [ReadableStreamDefaultController, WritableStreamDefaultWriter, WritableStreamDefaultController, TransformStreamDefaultController])
    for (const key of Object.keys(Class.prototype)) Object.defineProperty(Class.prototype, key, { value: trap(`${Class.name}.${key}`) });
  for (const key of ['pull', 'cancel', 'start', 'type', 'write', 'size', 'stream', 'reader', 'error', 'queue', 'highWaterMark', 'state', 'value', 0, 1, 2, 3])
    Object.defineProperty(Object.prototype, key, { __proto__: null, set: trap(`setting Object.prototype.${key}`), get: () => undefined, configurable: true });
  for (const key of ['push', 'shift', 'splice', 'slice', 'map', 'forEach']) Array.prototype[key] = trap(`Array.prototype.${key}`);
  Array.prototype[Symbol.iterator] = trap('Array.prototype[Symbol.iterator]');
  Function.prototype.call = Function.prototype.apply = Function.prototype.bind = trap('call');
  Reflect.apply = trap('Reflect.apply');
}

async function main() {
  if (process.argv[2] !== 'late') await run();
  replaceEverything();
  try {
    await run();
    strictEqual(touched, '');
  } catch (error) {
    process.exitCode = 1;
    stderr.write(`${error.message}\n${error.stack}\n${touched}\n`);
  }
}
main();
