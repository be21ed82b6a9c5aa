// util.inspect: a value as readable text, laid out as Node does. Runs no code of the value except toStringTag
// getters, custom inspectors and (option `getters`) accessors; whatever these throw becomes a placeholder, so inspect
// itself never throws. Division: inspect_kind says what an object is, inspect_collections lists its contents,
// inspect_error and inspect_stack do errors, inspect_text quotes and measures, inspect_layout breaks lines,
// inspect_format does `%s` formats. Here: options, traversal, properties.
const {
  ArrayPrototypeJoin, ArrayPrototypePop, ArrayPrototypePush, ArrayPrototypeSort, BigIntPrototypeValueOf,
  BooleanPrototypeValueOf, DatePrototypeGetTime, DatePrototypeToISOString, Error, FunctionPrototypeToString, Map,
  MapPrototypeGet, MapPrototypeGetSize, MapPrototypeSet, NumberIsNaN, NumberPrototypeValueOf, ObjectAssign,
  ObjectDefineProperty, ObjectGetOwnPropertyDescriptor, ObjectGetOwnPropertyNames, ObjectGetOwnPropertySymbols, ObjectHasOwn,
  ObjectKeys, ObjectPrototypePropertyIsEnumerable, ObjectSetPrototypeOf, ReflectApply, ReflectOwnKeys, RegExpPrototypeExec,
  RegExpPrototypeGetFlags, RegExpPrototypeGetSource, SetPrototypeGetSize, String, StringPrototypeEndsWith,
  StringPrototypeReplaceAll, StringPrototypeSlice, StringPrototypeStartsWith, StringPrototypeToLowerCase,
  StringPrototypeValueOf, SymbolFor, SymbolPrototypeToString, SymbolPrototypeValueOf, bareArray,
} = primordials;

const {
  bigintText, colored, colors, getStringWidth, isIdentifier, linesWithEnds, numberText, quote, stripVTControlCharacters, styles,
  uncolored,
} = require('inspect_text');
const {
  constructorName, forgetOrdinary, functionKind, functionName, isData, kindOf, lookup, ordinaryKind, prototypeOf, tagOf,
  unwrapProxy,
} = require('inspect_kind');
const collections = require('inspect_collections');
const { formatError } = require('inspect_error');
const { layout, spaces } = require('inspect_layout');
const { formatStack } = require('inspect_stack');

const custom = SymbolFor('nodejs.util.inspect.custom');

const defaultOptions = {
  showHidden: false, depth: 2, colors: false, customInspect: true, showProxy: false, maxArrayLength: 100,
  maxStringLength: 10000, breakLength: 80, compact: 3, sorted: false, getters: false, numericSeparator: false,
};
const optionNames = ObjectKeys(defaultOptions);
const kNone = [];

// So many characters at one level of nesting, and nothing more is opened: the text would not fit into the memory.
const kTextMax = 2 ** 27;

// ---- entry --------------------------------------------------------------------------------------------------------

// The state of one call. `seen` is the path from the root, `circular` numbers the objects found on their own path,
// `indentation` the column of the current nesting, `currentDepth` the level of the object formatted last.
// A class makes them faster than a literal with `__proto__: null` does; its prototype has no prototype either.
class Context {
  constructor(options) {
    this.seen = [];
    this.circular = undefined;
    this.indentation = 0;
    this.currentDepth = 0;
    this.userOptions = options;
    this.stylize = uncolored;
    this.rethrow = false;
    this.ordinary = true; // whether ordinaryKind() is to be asked
    this.written = bareArray();
    this.showHidden = defaultOptions.showHidden;
    this.depth = defaultOptions.depth;
    this.colors = defaultOptions.colors;
    this.customInspect = defaultOptions.customInspect;
    this.showProxy = defaultOptions.showProxy;
    this.maxArrayLength = defaultOptions.maxArrayLength;
    this.maxStringLength = defaultOptions.maxStringLength;
    this.breakLength = defaultOptions.breakLength;
    this.compact = defaultOptions.compact;
    this.sorted = defaultOptions.sorted;
    this.getters = defaultOptions.getters;
    this.numericSeparator = defaultOptions.numericSeparator;
  }
}
// What inspect_collections and inspect_error call back.
ObjectAssign(ObjectSetPrototypeOf(Context.prototype, null), { formatValue, formatProperty, formatPrimitive, inspect });

function finishOptions(ctx) {
  if (ctx.colors) ctx.stylize = colored;
  if (ctx.maxArrayLength === null) ctx.maxArrayLength = Infinity;
  if (ctx.maxStringLength === null) ctx.maxStringLength = Infinity;
  if (ctx.depth === null) ctx.depth = Infinity;
}

/// inspect(value, options) or the older inspect(value, showHidden, depth, colors).
function inspect(value, options, legacyDepth, legacyColors) {
  const ctx = new Context(options);
  if (typeof options === 'boolean') {
    ctx.showHidden = options;
    if (legacyDepth !== undefined) ctx.depth = legacyDepth;
    if (legacyColors !== undefined) ctx.colors = legacyColors;
  } else if (options !== null && typeof options === 'object') {
    for (let i = 0; i < optionNames.length; i++) {
      const name = optionNames[i];
      try {
        const chosen = options[name];
        if (chosen !== undefined) ctx[name] = chosen;
      } catch { /* a throwing option keeps its default */ }
    }
    if (typeof options.stylize === 'function') {
      ctx.stylize = options.stylize;
      ctx.ordinary = false; // the program's own function runs everywhere
    }
  }
  finishOptions(ctx);
  forgetOrdinary();
  return formatValue(ctx, value, 0);
}

/// As inspect(value), but what an inspector of the value throws comes through.
function inspectStrictly(value) {
  const ctx = new Context(undefined);
  ctx.rethrow = true;
  forgetOrdinary();
  return formatValue(ctx, value, 0);
}

// ---- values -------------------------------------------------------------------------------------------------------

function formatPrimitive(ctx, value) {
  switch (typeof value) {
    case 'string': return formatString(ctx, value);
    case 'number': return ctx.stylize(numberText(value, ctx.numericSeparator), 'number');
    case 'bigint': return ctx.stylize(bigintText(value, ctx.numericSeparator), 'bigint');
    case 'boolean': return ctx.stylize(value ? 'true' : 'false', 'boolean');
    case 'undefined': return ctx.stylize('undefined', 'undefined');
    case 'symbol': return ctx.stylize(SymbolPrototypeToString(value), 'symbol');
    default: return ctx.stylize('null', 'null');
  }
}

function formatString(ctx, value) {
  let more = '';
  if (value.length > ctx.maxStringLength) {
    const left = value.length - ctx.maxStringLength;
    value = StringPrototypeSlice(value, 0, ctx.maxStringLength);
    more = `... ${left} more character${left > 1 ? 's' : ''}`;
  }
  // A long text with several lines: a literal per line, joined by `+`.
  if (ctx.compact !== true && value.length > 16 && value.length > ctx.breakLength - ctx.indentation - 4) {
    const lines = linesWithEnds(value);
    if (lines.length > 1) {
      for (let i = 0; i < lines.length; i++) lines[i] = ctx.stylize(quote(lines[i]), 'string');
      return ArrayPrototypeJoin(lines, ` +\n${spaces(ctx.indentation + 2)}`) + more;
    }
  }
  return ctx.stylize(quote(value), 'string') + more;
}

function formatValue(ctx, value, depth) {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return formatPrimitive(ctx, value);
  const { indentation } = ctx, { length } = ctx.seen;
  try {
    return formatObject(ctx, value, depth);
  } catch (error) {
    if (ctx.rethrow) throw error;
    // Reached by exotic objects and by running out of stack; the context goes back to what the caller knows.
    ctx.indentation = indentation;
    ctx.seen.length = length;
    return ctx.stylize(`<Inspection threw${describeThrown(error)}>`, 'special');
  }
}

// Short and safe: only the message of a real error, nothing that could throw again.
function describeThrown(error) {
  try {
    if (error !== null && typeof error === 'object' && kindOf(unwrapProxy(error)) === 'Error') {
      const message = lookup(error, 'message');
      if (typeof message === 'string') return ` (${constructorName(error) ?? 'Error'}: ${message})`;
    } else if (typeof error !== 'object' && typeof error !== 'function') {
      return ` (${typeof error === 'string' ? quote(error) : String(error)})`;
    }
  } catch { /* say nothing more */ }
  return '';
}

function formatObject(ctx, value, depth) {
  const target = unwrapProxy(value);
  if (target === null) return ctx.stylize('<Revoked Proxy>', 'special');
  if (target !== value && ctx.showProxy) return formatProxy(ctx, value, depth);

  const plain = ctx.ordinary ? ordinaryKind(target) : '';
  if (plain === '' && ctx.customInspect) {
    const inspector = lookup(target, custom);
    if (typeof inspector === 'function' && inspector !== inspect && !isPrototypeObject(target)) {
      const left = ctx.depth === Infinity ? Infinity : ctx.depth - depth;
      const result = ReflectApply(inspector, value, [left, userOptions(ctx), inspect]);
      forgetOrdinary();
      if (result !== value) {
        if (result === null || typeof result !== 'object') return typeof result === 'string' ?
          indentLines(ctx, result) : indentLines(ctx, String(result));
        return indentLines(ctx, formatValue(ctx, result, depth));
      }
    }
  }

  for (let i = 0; i < ctx.seen.length; i++) {
    if (ctx.seen[i] !== target) continue;
    ctx.circular ??= new Map();
    let index = MapPrototypeGet(ctx.circular, target);
    if (index === undefined) MapPrototypeSet(ctx.circular, target, index = MapPrototypeGetSize(ctx.circular) + 1);
    return ctx.stylize(`[Circular *${index}]`, 'special');
  }
  let text = formatRaw(ctx, target, depth, plain);
  // Without showProxy each proxy is still named around its target.
  for (let proxy = value; proxy !== target; proxy = native.proxyTarget(proxy)) {
    if (proxy === native.environment) break; // process.env is a proxy of ours: nobody needs to know
    text = `${ctx.stylize('Proxy(', 'special')}${text}${ctx.stylize(')', 'special')}`;
  }
  return text;
}

function indentLines(ctx, text) {
  return ctx.indentation === 0 ? text : StringPrototypeReplaceAll(text, '\n', `\n${spaces(ctx.indentation)}`);
}

// A class's own prototype object inherits its inspector but is not an instance.
function isPrototypeObject(object) {
  const constructor = ObjectGetOwnPropertyDescriptor(object, 'constructor')?.value;
  return typeof constructor === 'function' && unwrapProxy(constructor) === constructor &&
    ObjectGetOwnPropertyDescriptor(constructor, 'prototype')?.value === object;
}

function userOptions(ctx) {
  const options = { stylize: ctx.stylize };
  for (let i = 0; i < optionNames.length; i++) options[optionNames[i]] = ctx[optionNames[i]];
  if (ctx.userOptions !== null && typeof ctx.userOptions === 'object') ObjectAssign(options, ctx.userOptions);
  if (!ctx.colors) options.stylize = (text) => `${text}`;
  return options;
}

function formatProxy(ctx, proxy, depth) {
  if (depth > ctx.depth) return ctx.stylize('Proxy [Array]', 'special');
  depth++;
  ctx.indentation += 2;
  const output = [formatValue(ctx, native.proxyTarget(proxy), depth)];
  // The handler is shown only where the engine can tell it.
  if (native.proxyHandler !== undefined) {
    ArrayPrototypePush(output, formatValue(ctx, native.proxyHandler(proxy), depth));
  }
  ctx.indentation -= 2;
  return layout(ctx, output, '', ['Proxy [', ']'], true, depth);
}

// ---- objects ------------------------------------------------------------------------------------------------------

function ownKeys(object, showHidden) {
  const keys = showHidden ? ObjectGetOwnPropertyNames(object) : ObjectKeys(object);
  const symbols = ObjectGetOwnPropertySymbols(object);
  for (let i = 0; i < symbols.length; i++) {
    if (showHidden || ObjectPrototypePropertyIsEnumerable(object, symbols[i])) ArrayPrototypePush(keys, symbols[i]);
  }
  return keys;
}

// `Foo `, `Foo(2) [tag] `, `[Map(2): null prototype] `
function prefix(name, tag, fallback, size = '') {
  if (name === null) {
    return tag !== '' && tag !== fallback ? `[${fallback}${size}: null prototype] [${tag}] ` :
      `[${fallback}${size}: null prototype] `;
  }
  return tag !== '' && tag !== name ? `${name}${size} [${tag}] ` : `${name}${size} `;
}

// Without any named constructor the prototypes themselves are named: `Object <[Object: null prototype] {}>`.
function nameOf(object, fallback) {
  const name = constructorName(object);
  if (name !== null) return name;
  const prototype = prototypeOf(object);
  return prototype === null ? null : `${fallback} <${nameOf(prototype, 'Object') ?? '[Object: null prototype] {}'}>`;
}

// `plain` is what ordinaryKind() said of it.
function formatRaw(ctx, value, depth, plain) {
  const kind = plain === '' ? kindOf(value) : plain;
  const fallback = kind === 'TypedArray' ? collections.typedArrayName(value) : kind;
  const name = plain === '' ? nameOf(value, kind === 'Arguments' || kind === 'Module' ? 'Object' : fallback) : plain;
  let tag = plain === '' ? tagOf(value, ctx.showHidden) : '';
  let keys = kind === 'Array' || kind === 'TypedArray' ? collections.extraKeys(value, ctx.showHidden, ownKeys) :
    kind === 'Module' ? ReflectOwnKeys(value) : ownKeys(value, ctx.showHidden);
  let base = '', open = '{', close = '}', entries, isArray = false;
  const inherited = ctx.showHidden && kind === 'Object' ? require('inspect_prototype').prototypeProperties(value) : kNone;

  switch (kind) {
    case 'Object':
      if (name === 'Object' && tag === '') {
        if (keys.length + inherited.length === 0) return '{}';
      } else {
        open = `${prefix(name, tag, 'Object')}{`;
        if (keys.length + inherited.length === 0) return `${open}}`;
      }
      break;
    case 'Array':
      isArray = true;
      open = name === 'Array' && tag === '' ? '[' : `${prefix(name, tag, 'Array', `(${value.length})`)}[`;
      close = ']';
      if (value.length === 0 && keys.length === 0) return `${open}]`;
      entries = collections.arrayEntries;
      break;
    case 'TypedArray': {
      const length = collections.typedArrayLength(value);
      isArray = true;
      open = `${prefix(name, tag, fallback, `(${length})`)}[`;
      close = ']';
      if (length === 0 && !ctx.showHidden && keys.length === 0) return `${open}]`;
      entries = collections.typedArrayEntries;
      break;
    }
    case 'Map': case 'Set': {
      const isMap = kind === 'Map';
      const size = isMap ? MapPrototypeGetSize(value) : SetPrototypeGetSize(value);
      open = `${prefix(name, tag, kind, `(${size})`)}{`;
      if (size === 0 && keys.length === 0) return `${open}}`;
      entries = isMap ? collections.mapEntries : collections.setEntries;
      break;
    }
    case 'Arguments':
      open = '[Arguments] {';
      if (keys.length === 0) return `${open}}`;
      break;
    case 'Module':
      open = '[Module: null prototype] {';
      keys = onlyStrings(keys);
      if (keys.length === 0) return `${open}}`;
      entries = moduleEntries;
      break;
    case 'Function':
      base = functionText(value, name, tag);
      if (keys.length === 0) return ctx.stylize(base, 'special');
      base = ctx.stylize(base, 'special');
      break;
    case 'RegExp':
      base = `/${RegExpPrototypeGetSource(value)}/${RegExpPrototypeGetFlags(value)}`;
      base = ctx.stylize((name === 'RegExp' && tag === '' ? '' : prefix(name, tag, 'RegExp')) + base, 'regexp');
      if (keys.length === 0 || depth > ctx.depth) return base;
      break;
    case 'Date':
      base = NumberIsNaN(DatePrototypeGetTime(value)) ? 'Invalid Date' : DatePrototypeToISOString(value);
      base = ctx.stylize((name === 'Date' && tag === '' ? '' : prefix(name, tag, 'Date')) + base, 'date');
      if (keys.length === 0) return base;
      break;
    case 'Error':
      base = formatError(ctx, value, name, prefix(name, tag, 'Error'), keys);
      if (keys.length === 0) return base;
      break;
    case 'ArrayBuffer': case 'DataView': case 'Promise': case 'WeakMap': case 'WeakSet':
      open = `${prefix(name, tag, kind)}{`;
      entries = collections[kind];
      break;
    case 'Number': case 'String': case 'Boolean': case 'BigInt': case 'Symbol':
      base = boxedText(ctx, kind, value, name, tag);
      if (kind === 'String') keys = collections.withoutIndices(keys, StringPrototypeValueOf(value).length);
      if (keys.length === 0) return base;
      break;
  }

  if (depth > ctx.depth) {
    const short = StringPrototypeSlice(prefix(name, tag, fallback), 0, -1);
    return ctx.stylize(name === null ? short : `[${short}]`, 'special');
  }

  depth++;
  ArrayPrototypePush(ctx.seen, value);
  ctx.currentDepth = depth;
  const output = entries === undefined ? [] : entries(ctx, value, depth, keys);
  if (kind !== 'Module') {
    for (let i = 0; i < keys.length; i++) {
      ArrayPrototypePush(output, formatProperty(ctx, value, depth, keys[i], isArray ? 'extra' : 'object'));
    }
  }
  for (let i = 0; i < inherited.length; i += 2) {
    ArrayPrototypePush(output, formatProperty(ctx, value, depth, inherited[i], 'object', { ...inherited[i + 1], enumerable: false }));
  }
  ArrayPrototypePop(ctx.seen);

  const reference = ctx.circular === undefined ? undefined : MapPrototypeGet(ctx.circular, value);
  if (reference !== undefined) {
    const mark = ctx.stylize(`<ref *${reference}>`, 'special');
    if (ctx.compact !== true) base = base === '' ? mark : `${mark} ${base}`;
    else open = `${mark} ${open}`;
  }
  if (ctx.sorted) sortOutput(output, ctx.sorted, isArray ? output.length - keys.length : 0);
  const text = layout(ctx, output, base, [open, close], isArray, depth, value);
  const level = ctx.indentation;
  ctx.written[level] = (ctx.written[level] ?? 0) + text.length;
  if (ctx.written[level] > kTextMax) ctx.depth = -1;
  return text;
}

// Only properties are sorted; the elements of an array keep their places.
function sortOutput(output, sorted, from) {
  const order = typeof sorted === 'function' ? sorted : undefined;
  const tail = [];
  for (let i = from; i < output.length; i++) ArrayPrototypePush(tail, output[i]);
  ArrayPrototypeSort(tail, order);
  forgetOrdinary();
  for (let i = 0; i < tail.length; i++) output[from + i] = tail[i];
}

function onlyStrings(keys) {
  const rest = [];
  for (let i = 0; i < keys.length; i++) if (typeof keys[i] === 'string') ArrayPrototypePush(rest, keys[i]);
  return rest;
}

// An export whose module has not run yet cannot be read: it is named, not thrown about.
function moduleEntries(ctx, module, depth, keys) {
  const output = [];
  for (let i = 0; i < keys.length; i++) {
    try {
      ArrayPrototypePush(output, formatProperty(ctx, module, depth, keys[i], 'object'));
    } catch {
      ArrayPrototypePush(output, `${keyText(ctx, keys[i])}: ${ctx.stylize('<uninitialized>', 'special')}`);
    }
  }
  return output;
}

function functionText(f, name, tag) {
  let source = '';
  try { source = FunctionPrototypeToString(f); } catch { /* exotic callables have none */ }
  const own = functionName(f);
  if (StringPrototypeStartsWith(source, 'class') && StringPrototypeEndsWith(source, '}') &&
      RegExpPrototypeExec(/^class[\s{]/, source) !== null) {
    let text = own === '' || !ObjectHasOwn(f, 'name') ? '[class (anonymous)' : `[class ${own}`;
    if (name !== 'Function' && name !== null) text += ` [${name}]`;
    if (tag !== '' && name !== tag) text += ` [${tag}]`;
    const parent = prototypeOf(f);
    if (parent === null) text += ' extends [null prototype]';
    else if (typeof parent === 'function' && functionName(parent) !== '') text += ` extends ${functionName(parent)}`;
    return `${text}]`;
  }
  const kind = functionKind(f);
  let text = `[${kind}`;
  if (name === null) text += ' (null prototype)';
  text += own === '' ? ' (anonymous)]' : `: ${own}]`;
  if (name !== kind && name !== null) text += ` ${name}`;
  if (tag !== '' && name !== tag) text += ` [${tag}]`;
  return text;
}

function boxedText(ctx, kind, value, name, tag) {
  let inner;
  if (kind === 'Number') inner = NumberPrototypeValueOf(value);
  else if (kind === 'String') inner = StringPrototypeValueOf(value);
  else if (kind === 'Boolean') inner = BooleanPrototypeValueOf(value);
  else if (kind === 'BigInt') inner = BigIntPrototypeValueOf(value);
  else inner = SymbolPrototypeValueOf(value);
  let text = `[${kind}`;
  if (name !== kind) text += name === null ? ' (null prototype)' : ` (${name})`;
  const plain = { __proto__: null, ...ctx, stylize: uncolored };
  text += `: ${formatPrimitive(plain, inner)}]`;
  if (tag !== '' && tag !== name) text += ` [${tag}]`;
  return ctx.stylize(text, StringPrototypeToLowerCase(kind));
}

// ---- properties ---------------------------------------------------------------------------------------------------

function keyText(ctx, key, enumerable = true) {
  if (typeof key === 'symbol') {
    const text = ctx.stylize(SymbolPrototypeToString(key), 'symbol');
    return enumerable ? text : `[${text}]`;
  }
  if (key === '__proto__') return "['__proto__']";
  if (!enumerable) return `[${key}]`;
  return isIdentifier(key) ? key : ctx.stylize(quote(key), 'string');
}

// place: 'object' and 'extra' (named property of an array) show the key, 'element' does not.
function formatProperty(ctx, object, depth, key, place, found = undefined) {
  found ??= ObjectGetOwnPropertyDescriptor(object, key) ?? { value: undefined, enumerable: true };
  let text, gap = ' ';
  if (!isData(found)) {
    if (found.get !== undefined) text = getterText(ctx, found, object, depth);
    else if (found.set !== undefined) text = ctx.stylize('[Setter]', 'special');
    else text = ctx.stylize('undefined', 'undefined');
  } else {
    const shift = ctx.compact === true && place === 'object' ? 3 : 2;
    ctx.indentation += shift;
    text = formatValue(ctx, found.value, depth);
    if (shift === 3 && ctx.breakLength < getStringWidth(text, ctx.colors)) gap = `\n${spaces(ctx.indentation)}`;
    ctx.indentation -= shift;
  }
  return place === 'element' ? text : `${keyText(ctx, key, found.enumerable)}:${gap}${text}`;
}

function getterText(ctx, found, object, depth) {
  const label = found.set === undefined ? 'Getter' : 'Getter/Setter';
  const wanted = ctx.getters === true || (ctx.getters === 'get' && found.set === undefined) ||
    (ctx.getters === 'set' && found.set !== undefined);
  if (!wanted) return ctx.stylize(`[${label}]`, 'special');
  let result;
  forgetOrdinary();
  try {
    result = ReflectApply(found.get, object, []);
  } catch (error) {
    return ctx.stylize(`[${label}: <Inspection threw${describeThrown(error)}>]`, 'special');
  }
  if (result === null || (typeof result !== 'object' && typeof result !== 'function')) {
    return `${ctx.stylize(`[${label}:`, 'special')} ${formatPrimitive(ctx, result)}${ctx.stylize(']', 'special')}`;
  }
  ctx.indentation += 2;
  const text = formatValue(ctx, result, depth);
  ctx.indentation -= 2;
  return `${ctx.stylize(`[${label}]`, 'special')} ${text}`;
}

// ---- exports ------------------------------------------------------------------------------------------------------

inspect.custom = custom;
inspect.colors = colors;
inspect.styles = styles;
ObjectDefineProperty(inspect, 'defaultOptions', {
  __proto__: null,
  enumerable: false,
  get() { return defaultOptions; },
  set(options) {
    require('errors').validateObject(options, 'options');
    ObjectAssign(defaultOptions, options);
  },
});

module.exports = { colors, formatStack, getStringWidth, inspect, inspectStrictly, stripVTControlCharacters, styles };
const { format, formatWithOptions } = require('inspect_format');
module.exports.format = format;
module.exports.formatWithOptions = formatWithOptions;
