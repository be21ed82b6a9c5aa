// `node:util`: inspect and format (from the inspect built-in), promisify and friends, util.types.
// Only what exists is defined, so that `typeof util.x` tells the truth.
'use strict';

const {
  ArrayIsArray, ArrayPrototypeJoin, ArrayPrototypePush, ObjectAssign,
  ObjectDefineProperty, ObjectGetPrototypeOf, ObjectSetPrototypeOf, Promise, PromisePrototypeThen, PromiseResolve,
  ReflectApply, ReflectConstruct, ReflectDefineProperty, ReflectGetOwnPropertyDescriptor, ReflectOwnKeys, RegExp,
  RegExpPrototypeExec, RegExpPrototypeTest, StringPrototypeReplaceAll, StringPrototypeSplit, StringPrototypeToUpperCase,
  StringPrototypeToWellFormed, SymbolFor, parseInt,
} = primordials;
const {
  ERR_FALSY_VALUE_REJECTION, ERR_INVALID_ARG_TYPE, validateFunction, validateObject, validateOneOf, validateString,
} = require('errors');
const { format, formatWithOptions, inspect, stripVTControlCharacters } = require('inspect');
const { isDeepStrictEqual } = require('deep_equal');
const { lazyProperty } = require('lazy');
const types = require('util_types');

// ---- callbacks and promises -----------------------------------------------------------------------------------------

const customPromisify = SymbolFor('nodejs.util.promisify.custom');

function rename(fn, name, length) {
  ObjectDefineProperty(fn, 'name', { __proto__: null, value: name, configurable: true });
  ObjectDefineProperty(fn, 'length', { __proto__: null, value: length, configurable: true });
  return fn;
}

function promisify(original) {
  validateFunction(original, 'original');
  const custom = original[customPromisify];
  if (custom) {
    validateFunction(custom, 'util.promisify.custom');
    return ObjectDefineProperty(custom, customPromisify, { __proto__: null, value: custom, configurable: true });
  }
  function fn(...args) {
    return new Promise((resolve, reject) => {
      ArrayPrototypePush(args, (error, value) => {
        if (error) reject(error);
        else resolve(value);
      });
      ReflectApply(original, this, args);
    });
  }
  // The result stands in for the original: same prototype, name and properties.
  ObjectSetPrototypeOf(fn, ObjectGetPrototypeOf(original));
  ObjectDefineProperty(fn, customPromisify, { __proto__: null, value: fn, configurable: true });
  const keys = ReflectOwnKeys(original);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i];
    // The engine gives sloppy functions `arguments` and `caller` of their own; they say nothing about the copy.
    if (key === 'arguments' || key === 'caller' || key === 'prototype') continue;
    ReflectDefineProperty(fn, key, ReflectGetOwnPropertyDescriptor(original, key));
  }
  return fn;
}
promisify.custom = customPromisify;

// Runs `callback` outside the promise machinery, so that what it throws is an uncaught exception, not a rejection.
function later(callback, args) {
  const { process } = native;
  const call = () => ReflectApply(callback, undefined, args);
  if (process && typeof process.nextTick === 'function') process.nextTick(call);
  else PromisePrototypeThen(PromiseResolve(), call);
}

function callbackify(original) {
  validateFunction(original, 'original');
  function callbackified(...args) {
    const callback = args[args.length - 1];
    if (typeof callback !== 'function') throw new ERR_INVALID_ARG_TYPE('last argument', 'Function', callback);
    args.length--;
    PromisePrototypeThen(PromiseResolve(ReflectApply(original, this, args)),
      (value) => later(callback, [null, value]),
      (reason) => later(callback, [reason || new ERR_FALSY_VALUE_REJECTION(reason)]));
  }
  return rename(callbackified, `${original.name}Callbackified`, original.length + 1);
}

// ---- old ways -------------------------------------------------------------------------------------------------------

function inherits(constructor, superConstructor) {
  if (constructor === undefined || constructor === null) {
    throw new ERR_INVALID_ARG_TYPE('ctor', 'Function', constructor);
  }
  if (superConstructor === undefined || superConstructor === null) {
    throw new ERR_INVALID_ARG_TYPE('superCtor', 'Function', superConstructor);
  }
  if (superConstructor.prototype === undefined) {
    throw new ERR_INVALID_ARG_TYPE('superCtor.prototype', 'Object', superConstructor.prototype);
  }
  ObjectDefineProperty(constructor, 'super_', {
    __proto__: null, value: superConstructor, writable: true, configurable: true,
  });
  ObjectSetPrototypeOf(constructor.prototype, superConstructor.prototype);
}

const announcedCodes = { __proto__: null };

function deprecate(fn, message, code, { modifyPrototype = true } = {}) {
  validateFunction(fn, 'fn');
  validateString(message, 'message');
  if (code !== undefined) validateString(code, 'code');
  let warned = false;
  function deprecated(...args) {
    const { process } = native;
    if (!warned && process && process.noDeprecation !== true) {
      warned = true;
      // One warning per code, however many functions share it.
      if (code === undefined || !announcedCodes[code]) {
        if (code !== undefined) announcedCodes[code] = true;
        if (typeof process.emitWarning === 'function') {
          process.emitWarning(message, 'DeprecationWarning', code, deprecated);
        }
      }
    }
    return new.target ? ReflectConstruct(fn, args, new.target) : ReflectApply(fn, this, args);
  }
  if (modifyPrototype) {
    // Static members and `instanceof` keep working through the wrapper.
    ObjectSetPrototypeOf(deprecated, fn);
    if (fn.prototype) deprecated.prototype = fn.prototype;
  }
  return rename(deprecated, fn.name, fn.length);
}

function extend(target, source) {
  return source === null || typeof source !== 'object' ? target : ObjectAssign(target, source);
}

// ---- debuglog -------------------------------------------------------------------------------------------------------

let debugPattern;

function debugEnabled(set) {
  if (debugPattern === undefined) {
    const wanted = native.env().NODE_DEBUG;
    if (typeof wanted === 'string' && wanted !== '') {
      let source = StringPrototypeReplaceAll(wanted, /[|\\{}()[\]^$+?.]/g, '\\$&');
      source = ArrayPrototypeJoin(StringPrototypeSplit(source, '*'), '.*');
      source = ArrayPrototypeJoin(StringPrototypeSplit(source, ','), '$|^');
      debugPattern = new RegExp(`^${source}$`, 'i');
    } else {
      debugPattern = null;
    }
  }
  return debugPattern !== null && RegExpPrototypeTest(debugPattern, set);
}

function debuglog(set, onReady) {
  const label = StringPrototypeToUpperCase(`${set}`);
  let enabled;
  const isEnabled = () => (enabled ??= debugEnabled(label));
  let write = (...args) => {
    if (typeof onReady === 'function') onReady(write);
    if (!isEnabled()) {
      write = () => {};
      return;
    }
    const { process } = native;
    const prefix = `${label} ${process ? process.pid : 0}: `;
    write = (...rest) => native.write(2, `${prefix}${ReflectApply(format, undefined, rest)}\n`);
    ReflectApply(write, undefined, args);
  };
  const logger = (...args) => { ReflectApply(write, undefined, args); };
  return ObjectDefineProperty(logger, 'enabled', {
    __proto__: null, get: isEnabled, configurable: true, enumerable: true,
  });
}

// ---- text -----------------------------------------------------------------------------------------------------------

const hexColor = /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i;

function codesOf(style) {
  if (typeof style === 'string' && RegExpPrototypeExec(hexColor, style) !== null) {
    const wide = style.length === 7;
    let code = '38;2';
    for (let i = 0; i < 3; i++) {
      const digits = wide ? style[1 + 2 * i] + style[2 + 2 * i] : style[1 + i] + style[1 + i];
      code += `;${parseInt(digits, 16)}`;
    }
    return [code, 39];
  }
  const codes = inspect.colors[style];
  if (codes === undefined) validateOneOf(style, 'format', ReflectOwnKeys(inspect.colors));
  return codes;
}

// Without a terminal to show it, colour is only noise in the output.
function wantsColor(stream) {
  const env = native.env();
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0';
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  if (env.NODE_DISABLE_COLORS !== undefined && env.NODE_DISABLE_COLORS !== '') return false;
  return stream === undefined ? native.isTTY(1) : stream.isTTY === true;
}

function styleText(style, text, options = {}) {
  validateString(text, 'text');
  validateObject(options, 'options');
  const { validateStream = true, stream } = options;
  const styles = ArrayIsArray(style) ? style : [style];
  let open = '';
  let close = '';
  let inner = text;
  for (let i = 0; i < styles.length; i++) {
    if (styles[i] === 'none') continue;
    const codes = codesOf(styles[i]);
    const start = `\u001b[${codes[0]}m`;
    const end = `\u001b[${codes[1]}m`;
    open += start;
    close = end + close;
    // A style inside `text` that ends with the same code must not end this one as well.
    inner = StringPrototypeReplaceAll(inner, end, () => start);
  }
  return validateStream && !wantsColor(stream) ? text : `${open}${inner}${close}`;
}

function toUSVString(value) {
  return StringPrototypeToWellFormed(`${value}`);
}

function aborted(signal, resource) {
  return require('abort_listener').aborted(signal, resource);
}

const util = {
  _extend: extend,
  aborted,
  callbackify,
  debug: debuglog,
  debuglog,
  deprecate,
  format,
  formatWithOptions,
  inherits,
  inspect,
  isArray: ArrayIsArray,
  isDeepStrictEqual,
  promisify,
  stripVTControlCharacters,
  styleText,
  toUSVString,
  types,
};

for (const name of ['TextDecoder', 'TextEncoder']) lazyProperty(util, name, () => require('encoding')[name], true);

module.exports = util;
