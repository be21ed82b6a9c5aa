// util.format: printf-like placeholders, then the remaining values separated by spaces. A value whose conversion
// throws is shown by inspect instead, so that logging never fails because of what is logged.
const {
  JSONStringify, Number, ObjectAssign, String, StringPrototypeCharCodeAt, StringPrototypeIncludes,
  StringPrototypeSlice, SymbolToPrimitive, parseFloat, parseInt, isObject,
} = primordials;

const { inspect } = require('inspect');
const { bigintText, numberText } = require('inspect_text');
const { lookup, unwrapProxy } = require('inspect_kind');

// toString methods of the language: an object that has only one of these reads better inspected.
const nativeToString = [
  primordials.Object.prototype.toString, primordials.Array.prototype.toString, primordials.Date.prototype.toString,
  primordials.RegExp.prototype.toString, primordials.Number.prototype.toString, primordials.Boolean.prototype.toString,
  primordials.Error.prototype.toString, primordials.String.prototype.toString, primordials.Symbol.prototype.toString,
  primordials.BigInt.prototype.toString,
];
const datePrimitive = primordials.Date.prototype[SymbolToPrimitive];
const symbolPrimitive = primordials.Symbol.prototype[SymbolToPrimitive];

function convertsItself(value) {
  const target = unwrapProxy(value);
  if (target === null || target !== value) return false;            // a conversion would run the proxy's traps
  const method = lookup(target, 'toString');
  // Dates and symbols have the language's own Symbol.toPrimitive, next to the language's own toString.
  const primitive = lookup(target, SymbolToPrimitive);
  if (typeof primitive === 'function' && primitive !== datePrimitive && primitive !== symbolPrimitive) return true;
  if (typeof method !== 'function') return false;
  for (let i = 0; i < nativeToString.length; i++) if (method === nativeToString[i]) return false;
  return true;
}

const withOptions = (options, extra) => options === undefined ? extra : ObjectAssign({}, options, extra);

const separators = (options) => options?.numericSeparator ?? inspect.defaultOptions.numericSeparator;

function convert(letter, value, options) {
  switch (letter) {
    case 115: // s
      if (typeof value === 'string') return value;
      if (typeof value === 'number') return numberText(value, separators(options));
      if (typeof value === 'bigint') return bigintText(value, separators(options));
      if (typeof value === 'object' && value !== null && !convertsItself(value)) {
        return inspect(value, withOptions(options, { depth: 0, colors: false, compact: 3 }));
      }
      return String(value);
    case 100: // d
      if (typeof value === 'bigint') return bigintText(value, separators(options));
      return typeof value === 'symbol' ? 'NaN' : numberText(Number(value), separators(options));
    case 105: // i
      if (typeof value === 'bigint') return bigintText(value, separators(options));
      return typeof value === 'symbol' ? 'NaN' : numberText(parseInt(value), separators(options));
    case 102: // f
      return typeof value === 'symbol' ? 'NaN' : numberText(parseFloat(value), separators(options));
    case 106: // j
      return json(value);
    case 111: // o
      return inspect(value, withOptions(options, { showHidden: true, showProxy: true, depth: 4 }));
    case 79:  // O
      return inspect(value, options);
    case 99:  // c: CSS, which a terminal cannot show
      return '';
  }
  return undefined;
}

function json(value) {
  try {
    return `${JSONStringify(value)}`;
  } catch (error) {
    // The engine's message is the only sign of a cycle.
    const message = isObject(error) ? lookup(error, 'message') : undefined;
    if (typeof message === 'string' && StringPrototypeIncludes(message, 'cyclic')) return '[Circular]';
    throw error;
  }
}

function formatWithOptions(options, ...args) {
  if (options === null || typeof options !== 'object') {
    const { ERR_INVALID_ARG_TYPE } = require('errors');
    throw new ERR_INVALID_ARG_TYPE('inspectOptions', 'object', options);
  }
  return formatArgs(options, args);
}

const format = (...args) => formatArgs(undefined, args);

/// As format, with the values as an array.
function formatArgs(options, args) {
  const first = args[0];
  if (args.length === 0) return '';
  const plainNumbers = !options?.colors && !options?.numericSeparator && !inspect.defaultOptions.numericSeparator &&
    !inspect.defaultOptions.colors;
  let out = '', next = 0, separator = '';
  if (typeof first === 'string') {
    if (args.length === 1) return first;
    next = 1;
    let from = 0;
    for (let i = 0; i < first.length - 1; i++) {
      if (StringPrototypeCharCodeAt(first, i) !== 37) continue;
      const letter = StringPrototypeCharCodeAt(first, ++i);
      if (letter === 37) {
        out += StringPrototypeSlice(first, from, i);
        from = i + 1;
        continue;
      }
      if (next === args.length) continue;                           // `%s` without a value stays as it is
      let text;
      try { text = convert(letter, args[next], options); } catch { text = inspect(args[next], options); }
      if (text === undefined) continue;
      out += StringPrototypeSlice(first, from, i - 1) + text;
      from = i + 1;
      next++;
    }
    out += StringPrototypeSlice(first, from);
    separator = ' ';
  }
  for (; next < args.length; next++) {
    const value = args[next];
    out += separator + (typeof value === 'string' ? value :
      typeof value === 'number' && plainNumbers ? numberText(value, false) : inspect(value, options));
    separator = ' ';
  }
  return out;
}

module.exports = { format, formatArgs, formatWithOptions };
