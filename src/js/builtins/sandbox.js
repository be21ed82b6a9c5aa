// What a runtime with a SandboxPolicy takes away from its program, or gives in a smaller measure (include/millrace/js/sandbox.h). What can do harm
// in C++ is refused there; here is what a program sees of it, and what the engine itself offers.
'use strict';

const {
  Array, ArrayBuffer, ArrayIsArray, ArrayPrototypeIncludes, BigInt, Error, MathTrunc, Number, NumberIsNaN, ObjectDefineProperty, ObjectFreeze,
  ObjectGetPrototypeOf, ObjectSetPrototypeOf, RangeError, ReflectApply, ReflectConstruct, ReflectDefineProperty, ReflectDeleteProperty,
  ReflectGetOwnPropertyDescriptor, ReflectOwnKeys, RegExp, RegExpPrototypeExec, SafeSet, String, StringPrototypeCharCodeAt, StringPrototypeIndexOf,
  SymbolIterator, SymbolToPrimitive, TypeError, TypedArrayPrototypeGetLength, TypedArrayPrototypeGetSymbolToStringTag, globalThis, isObject,
} = primordials;
const { coded } = require('errors');

const { sandbox: policy } = native;
const ERR_LIMIT = coded(RangeError, 'ERR_LIMIT', (name, what, limit) => `The sandbox's limit ${name} is reached: at most ${limit} ${what}`);
const ERR_DENIED = coded(Error, 'ERR_DENIED', (what, right) => `${what} is not allowed by the sandbox's policy (right '${right}')`);

const keys = {
  __proto__: null, timers: 'timers', tasks: 'tasks', stringLength: 'string_length', arrayLength: 'array_length', bufferBytes: 'buffer_bytes',
};

function over(name, what) {
  native.countRefusal(false, keys[name], what);
  return new ERR_LIMIT(keys[name], what, policy[name]);
}

function denied(what, right) {
  native.countRefusal(true, right, what);
  return new ERR_DENIED(what, right);
}

policy.over = over;
policy.denied = denied;
/// Of a request that stands for no built-in module that is there.
policy.checkRequest = (request) => {
  if (!policy.modules) throw denied(`Loading '${request}'`, policy.knownBuiltin(request) ? 'builtin_modules' : 'modules');
};

// ---- sizes ------------------------------------------------------------------------------------------------------------

const toLength = (value) => {
  const number = MathTrunc(Number(value));
  return NumberIsNaN(number) || number < 0 ? 0 : number;
};

/// `holder[key]` first asks check(self, args), which may convert arguments and put them back, so that they are converted once: what is judged is what
/// is used. What it returns, if anything, takes the place of `this`.
function guard(holder, key, check) {
  const descriptor = ReflectGetOwnPropertyDescriptor(holder, key);
  if (descriptor === undefined) return;
  const { value: original } = descriptor;
  const guarded = { [key](...args) {
    return ReflectApply(original, check(this, args) ?? this, args);
  } }[key];
  for (const name of ['length', 'name']) ObjectDefineProperty(guarded, name, ReflectGetOwnPropertyDescriptor(original, name));
  ObjectDefineProperty(holder, key, { __proto__: null, value: guarded, writable: true, enumerable: false, configurable: true });
}

const characters = (length) => {
  if (length > policy.stringLength) throw over('stringLength', 'characters in a string that one call makes');
};
const elements = (length) => {
  if (length > policy.arrayLength) throw over('arrayLength', 'elements in an array that one call makes or walks through');
};
// Buffers come faster than interrupts, and memory that nobody has written to is seen by a collection only.
let made = 0;
const bytes = (length) => {
  if (length > policy.bufferBytes) throw over('bufferBytes', 'bytes in a buffer');
  made += length;
  if (made <= policy.heapBytes / 4) return;
  made = 0;
  native.lookAtHeap();
};
policy.checkBytes = bytes; // for built-ins that make buffers

/// A method's `this` as a text; what cannot be one throws in the original.
const textOf = (self) => (typeof self === 'string' || self === undefined || self === null || typeof self === 'symbol' ? self : String(self));

function limitStrings() {
  const { prototype } = globalThis.String;
  guard(prototype, 'repeat', (self, args) => {
    const text = textOf(self);
    args[0] = MathTrunc(Number(args[0])) || 0;
    if (typeof text === 'string') characters(text.length * args[0]);
    return text;
  });
  for (const key of ['padStart', 'padEnd']) guard(prototype, key, (self, args) => characters(args[0] = toLength(args[0])));
  for (const key of ['replace', 'replaceAll']) guard(prototype, key, (self, args) => {
    const pattern = args[0];
    if (typeof args[1] === 'function') return undefined;
    const text = textOf(self);
    args[1] = String(args[1]);
    if (typeof text !== 'string') return text;
    // What one match puts in: the text before and behind it may be part of that.
    const inserted = StringPrototypeIndexOf(args[1], '$') === -1 ? args[1].length : args[1].length * (text.length + 1);
    const matches = key === 'replace' && typeof pattern === 'string' ? 1 : text.length + 1;
    if (inserted * matches > policy.stringLength) args[1] = counting(args[1]);
    return text;
  });
  guard(globalThis.Array.prototype, 'join', (self, args) => {
    if (!isObject(self)) return;
    if (args[0] !== undefined) args[0] = String(args[0]);
    // An array's own length is what it says; that of others is asked for again, but their elements are, too, one by one, and with a look at the clock.
    if (ArrayIsArray(self) && native.proxyTarget(self) === undefined) characters((self.length - 1) * (args[0] === undefined ? 1 : args[0].length));
  });
  guard(ObjectGetPrototypeOf(globalThis.Uint8Array.prototype), 'join', (self, args) => {
    if (args[0] !== undefined) args[0] = String(args[0]);
    if (TypedArrayPrototypeGetSymbolToStringTag(self) !== undefined) characters((TypedArrayPrototypeGetLength(self) - 1) * (args[0] === undefined ? 1 : args[0].length));
  });
}

// The engine frees what it remembers of a text for a reviver by recursion, and does not look whether the stack ends (seen with 2.50: some 130,000
// levels on 8 MiB). Without a reviver it looks.
const kRevivedDepthMax = 2000;
function guardJson() {
  guard(globalThis.JSON, 'parse', (self, args) => {
    args[0] = String(args[0]);
    if (policy.stringLength !== Infinity) characters(args[0].length);
    if (typeof args[1] === 'function' && depthOf(args[0]) > kRevivedDepthMax) throw new RangeError(`JSON.parse with a reviver: nested deeper than ${kRevivedDepthMax}`);
  });
}

function depthOf(json) {
  let depth = 0;
  let deepest = 0;
  let inText = false;
  for (let i = 0; i < json.length; i++) {
    switch (StringPrototypeCharCodeAt(json, i)) {
      case 34: inText = !inText; break; // "
      case 92: i++; break; // a backslash
      case 91: case 123: if (!inText && ++depth > deepest) deepest = depth; break; // [ {
      case 93: case 125: if (!inText) depth--; break; // ] }
    }
  }
  return deepest;
}

/// A replacement text as a function that counts what it has made: too much is refused before it is put together.
function counting(template) {
  let made = 0;
  return (...args) => {
    const last = args.length - 1;
    const named = typeof args[last] === 'object' ? args[last] : undefined;
    const string = args[named === undefined ? last : last - 1];
    const position = args[named === undefined ? last - 1 : last - 2];
    const groups = named === undefined ? last - 1 : last - 2; // args[1] to args[groups - 1]
    const made1 = require('sandbox_replacement').expand(template, args, groups, position, string, named);
    made += made1.length;
    characters(made);
    return made1;
  };
}

// As ToPrimitive(value, hint number).
const toPrimitiveNumber = (value) => {
  const exotic = value[SymbolToPrimitive];
  if (exotic !== undefined && exotic !== null) return ReflectApply(exotic, value, ['number']);
  for (let i = 0; i < 2; i++) {
    const method = i === 0 ? value.valueOf : value.toString;
    if (typeof method !== 'function') continue;
    const made = ReflectApply(method, value, []);
    if (!isObject(made)) return made;
  }
  throw new TypeError('Cannot convert an object to a primitive value');
};

// Two things that the engine does in quadratic time, and does not interrupt: 100,000 marks on one letter take it 25 seconds, 300,000 digits four.
const kMarksMax = 64;
const kDigitsMax = 20_000;
const manyMarks = new RegExp(`\\p{M}{${kMarksMax + 1}}`, 'u');
function guardSlowText() {
  guard(globalThis.String.prototype, 'normalize', (self) => {
    const text = textOf(self);
    if (typeof text === 'string' && RegExpPrototypeExec(manyMarks, text) !== null) throw new RangeError(`normalize: more than ${kMarksMax} marks in a row`);
    return text;
  });
  constructor('BigInt', BigInt, (args) => {
    if (isObject(args[0])) args[0] = toPrimitiveNumber(args[0]);
    if (typeof args[0] === 'string' && args[0].length > kDigitsMax) throw new RangeError(`BigInt: a text of more than ${kDigitsMax} digits`);
  });
}

function limitArrays() {
  const { prototype } = globalThis.Array;
  // These walk through memory without looking whether they are to stop.
  for (const key of ['fill', 'sort', 'toSorted', 'reverse', 'toReversed', 'copyWithin', 'concat', 'splice', 'toSpliced', 'with', 'slice', 'unshift',
    'shift', 'indexOf', 'lastIndexOf', 'includes'])
    guard(prototype, key, (self) => {
      if (ArrayIsArray(self)) elements(self.length);
    });
  constructor('Array', Array, (args) => {
    if (args.length === 1 && typeof args[0] === 'number') elements(args[0]);
  });
}

/// Puts a constructor in the place of a global one that asks check(args) first. In all else it is as the one before.
function constructor(name, original, check) {
  const guarded = { [name]: function(...args) {
    check(args);
    if (new.target === undefined) return ReflectApply(original, this, args);
    return ReflectConstruct(original, args, new.target === guarded ? original : new.target);
  } }[name];
  for (const key of ReflectOwnKeys(original)) ObjectDefineProperty(guarded, key, ReflectGetOwnPropertyDescriptor(original, key));
  ObjectSetPrototypeOf(guarded, ObjectGetPrototypeOf(original));
  ObjectDefineProperty(globalThis, name, { __proto__: null, value: guarded, writable: true, enumerable: false, configurable: true });
  ObjectDefineProperty(original.prototype, 'constructor', { __proto__: null, value: guarded, writable: true, enumerable: false, configurable: true });
}

function limitBuffers() {
  constructor('ArrayBuffer', ArrayBuffer, (args) => {
    bytes(args[0] = toLength(args[0]));
    if (isObject(args[1]) && args[1].maxByteLength !== undefined) {
      const maxByteLength = toLength(args[1].maxByteLength);
      bytes(maxByteLength);
      args[1] = { __proto__: null, maxByteLength };
    }
  });
  for (const key of ['resize', 'transfer', 'transferToFixedLength']) guard(ArrayBuffer.prototype, key, (self, args) => {
    if (args[0] !== undefined) bytes(args[0] = toLength(args[0]));
  });
  for (const name of ['Int8', 'Uint8', 'Uint8Clamped', 'Int16', 'Uint16', 'Int32', 'Uint32', 'Float16', 'Float32', 'Float64', 'BigInt64',
    'BigUint64']) {
    const original = globalThis[`${name}Array`];
    if (original === undefined) continue;
    const { BYTES_PER_ELEMENT: size } = original;
    constructor(`${name}Array`, original, (args) => {
      const from = args[0];
      if (!isObject(from)) bytes((typeof from === 'bigint' || typeof from === 'symbol' ? 0 : args[0] = toLength(from)) * size);
      else if (TypedArrayPrototypeGetSymbolToStringTag(from) !== undefined) bytes(TypedArrayPrototypeGetLength(from) * size);
      else if (from[SymbolIterator] === undefined || ArrayIsArray(from)) bytes(toLength(from.length) * size);
    });
  }
}

// ---- what is there ------------------------------------------------------------------------------------------------------

function keepGlobals(own) {
  for (const key of ReflectOwnKeys(globalThis)) {
    if (typeof key !== 'string' || ArrayPrototypeIncludes(native.languageGlobals, key) || ArrayPrototypeIncludes(own, key)) continue;
    ReflectDeleteProperty(globalThis, key);
  }
}

// ---- frozen intrinsics ---------------------------------------------------------------------------------------------------

/// Everything that can be reached from the language's globals. A property of a frozen prototype can still be assigned on what inherits from it:
/// else `error.message = 'text'` would throw.
function freezeIntrinsics() {
  const seen = new SafeSet();
  const queue = [];
  const add = (value) => {
    if (!isObject(value) || value === globalThis || seen.has(value)) return;
    seen.add(value);
    queue[queue.length] = value;
  };
  for (let i = 0; i < native.languageGlobals.length; i++) add(globalThis[native.languageGlobals[i]]);
  for (const value of [function* () {}, async function() {}, async function* () {}, [][Symbol.iterator](), ''[Symbol.iterator](), new Map().entries(),
    new Set().values(), ''.matchAll(/x/g)]) add(ObjectGetPrototypeOf(value));
  for (let i = 0; i < queue.length; i++) {
    const object = queue[i];
    add(ObjectGetPrototypeOf(object));
    for (const key of ReflectOwnKeys(object)) {
      const descriptor = ReflectGetOwnPropertyDescriptor(object, key);
      add(descriptor.value);
      add(descriptor.get);
      add(descriptor.set);
      if (descriptor.configurable && 'value' in descriptor && isPrototype(object)) overridable(object, key, descriptor);
    }
  }
  for (let i = 0; i < queue.length; i++) ObjectFreeze(queue[i]);
}

function isPrototype(object) {
  const maker = ReflectGetOwnPropertyDescriptor(object, 'constructor')?.value;
  return typeof maker === 'function' && maker.prototype === object;
}

function overridable(object, key, { value, enumerable }) {
  ReflectDefineProperty(object, key, {
    __proto__: null, enumerable, configurable: false,
    get() { return value; },
    set(replacement) {
      if (this === object) throw new TypeError(`${String(key)} of a frozen built-in object cannot be assigned`);
      if (!isObject(this)) return;
      ObjectDefineProperty(this, key, { __proto__: null, value: replacement, writable: true, enumerable: true, configurable: true });
    },
  });
}

// ---- all of it ------------------------------------------------------------------------------------------------------------

function apply() {
  if (!policy.webAssembly) ReflectDeleteProperty(globalThis, 'WebAssembly');
  if (!policy.workers) ReflectDeleteProperty(globalThis, 'Worker');
  if (!policy.sharedMemory) for (const name of ['SharedArrayBuffer', 'Atomics']) ReflectDeleteProperty(globalThis, name);
  require('task_queues').limit(policy.tasks);
  native.timerInternals.limit(policy.timers, policy.tasks);
  guardJson();
  guardSlowText();
  if (policy.stringLength !== Infinity) limitStrings();
  if (policy.arrayLength !== Infinity) limitArrays();
  if (policy.bufferBytes !== Infinity || policy.heapBytes !== Infinity) limitBuffers();
  if (policy.globals.length > 0) keepGlobals(policy.globals);
  if (policy.frozenIntrinsics) freezeIntrinsics();
}

module.exports = { apply };
