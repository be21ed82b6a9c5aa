// Every global is one of the language's, or known to be harmless: a new one must be judged before it is added here.
// outcome: output
const known = new Set(`AbortController AbortSignal AggregateError Array ArrayBuffer AsyncDisposableStack BigInt BigInt64Array BigUint64Array Boolean Crypto
  CustomEvent DOMException DataView Date DisposableStack Error EvalError Event EventTarget FinalizationRegistry Float16Array Float32Array Float64Array
  Function Infinity Int16Array Int32Array Int8Array Intl Iterator JSON Map Math NaN Number Object Performance Promise Proxy RangeError ReferenceError
  Reflect RegExp Set String SuppressedError Symbol SyntaxError Temporal TextDecoder TextEncoder TypeError URIError URL URLSearchParams Uint16Array
  Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet atob btoa clearImmediate clearInterval clearTimeout console crypto decodeURI
  decodeURIComponent encodeURI encodeURIComponent escape eval global globalThis isFinite isNaN parseFloat parseInt performance process
  queueMicrotask setImmediate setInterval setTimeout structuredClone undefined unescape
  ErrorEvent Navigator navigator PerformanceEntry PerformanceMark PerformanceMeasure PerformanceObserver PerformanceObserverEntryList URLPattern
  Blob File FormData Headers Request Response CryptoKey SubtleCrypto MessageChannel MessageEvent MessagePort ByteLengthQueuingStrategy CompressionStream
  CountQueuingStrategy DecompressionStream ReadableByteStreamController ReadableStream ReadableStreamBYOBReader ReadableStreamBYOBRequest
  ReadableStreamDefaultController ReadableStreamDefaultReader TextDecoderStream TextEncoderStream TransformStream TransformStreamDefaultController WritableStream
  WritableStreamDefaultController WritableStreamDefaultWriter`.split(/\s+/));
console.log(Reflect.ownKeys(globalThis).filter((name) => typeof name !== 'symbol' && !known.has(name)));
console.log(Reflect.ownKeys(Object.getPrototypeOf(globalThis)).filter((name) => !Reflect.ownKeys(Object.prototype).includes(name)));
