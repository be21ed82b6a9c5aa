// Lists the contents of arrays, typed arrays, maps, sets, buffers and promises for inspect: each function returns the
// entries as texts. `maxArrayLength` bounds them all; what is left out is counted in a last entry.
const {
  ArrayBufferPrototypeGetByteLength, ArrayIsArray, ArrayPrototypePush, DataViewPrototypeGetBuffer,
  DataViewPrototypeGetByteLength, DataViewPrototypeGetByteOffset, MapPrototypeForEach, MapPrototypeGetSize, MathMin,
  NumberPrototypeToString, ObjectHasOwn, ObjectKeys, RegExpPrototypeExec, SetPrototypeForEach, SetPrototypeGetSize,
  StringPrototypePadStart, TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetByteLength,
  TypedArrayPrototypeGetByteOffset, TypedArrayPrototypeGetLength, TypedArrayPrototypeGetSymbolToStringTag, Uint8Array,
} = primordials;

const plural = (count) => count === 1 ? '' : 's';
const more = (count) => `... ${count} more item${plural(count)}`;
const maxIndex = 2 ** 32 - 2;
// Beyond this length the named properties of a typed array are not looked for: listing keys would name every element.
const typedArrayKeysMax = 100_000;

function isIndex(key, length) {
  return typeof key === 'string' && RegExpPrototypeExec(/^(?:0|[1-9]\d{0,9})$/, key) !== null && +key <= maxIndex &&
    +key < length;
}

/// The keys that are not elements. Elements come first in key order, so the search runs from the end.
function withoutIndices(keys, length) {
  // As many as there are elements, and the last one is the last element's: no holes, and nothing else.
  if (keys.length === length && length > 0 && keys[length - 1] === `${length - 1}`) return [];
  let from = keys.length;
  while (from > 0 && !isIndex(keys[from - 1], length)) from--;
  const rest = [];
  for (let i = from; i < keys.length; i++) ArrayPrototypePush(rest, keys[i]);
  return rest;
}

function extraKeys(value, showHidden, ownKeys) {
  if (ArrayIsArray(value)) return withoutIndices(ownKeys(value, showHidden), value.length);
  const length = TypedArrayPrototypeGetLength(value);
  return length > typedArrayKeysMax ? [] : withoutIndices(ownKeys(value, showHidden), length);
}

function arrayEntries(ctx, array, depth) {
  const output = [];
  const { length } = array;
  const limit = MathMin(ctx.maxArrayLength, length);
  let index = 0, present;
  while (index < length && output.length < limit) {
    if (ObjectHasOwn(array, index)) {
      ArrayPrototypePush(output, ctx.formatProperty(ctx, array, depth, `${index}`, 'element'));
      index++;
      continue;
    }
    // A run of holes is one entry. The keys say where it ends: stepping over each hole of new Array(2 ** 32 - 1)
    // would hang.
    present ??= { keys: ObjectKeys(array), at: 0 };
    while (present.at < present.keys.length && +present.keys[present.at] < index) present.at++;
    const next = present.keys[present.at];
    const end = next !== undefined && isIndex(next, length) ? +next : length;
    ArrayPrototypePush(output, ctx.stylize(`<${end - index} empty item${plural(end - index)}>`, 'undefined'));
    index = end;
  }
  if (index < length) ArrayPrototypePush(output, more(length - index));
  return output;
}

function typedArrayEntries(ctx, array, depth) {
  const output = [];
  const length = TypedArrayPrototypeGetLength(array);
  const limit = MathMin(ctx.maxArrayLength, length);
  for (let i = 0; i < limit; i++) ArrayPrototypePush(output, ctx.formatPrimitive(ctx, array[i]));
  if (limit < length) ArrayPrototypePush(output, more(length - limit));
  if (ctx.showHidden) {
    const byteLength = TypedArrayPrototypeGetByteLength(array);
    ctx.indentation += 2;
    hiddenEntry(ctx, output, 'BYTES_PER_ELEMENT', array.BYTES_PER_ELEMENT, depth);
    hiddenEntry(ctx, output, 'length', length, depth);
    hiddenEntry(ctx, output, 'byteLength', byteLength, depth);
    hiddenEntry(ctx, output, 'byteOffset', TypedArrayPrototypeGetByteOffset(array), depth);
    ArrayPrototypePush(output, `[buffer]: ArrayBuffer { [byteLength]: ${
      ctx.stylize(`${ArrayBufferPrototypeGetByteLength(TypedArrayPrototypeGetBuffer(array))}`, 'number')} }`);
    ctx.indentation -= 2;
  }
  return output;
}

function hiddenEntry(ctx, output, name, value, depth) {
  ArrayPrototypePush(output, `${ctx.stylize(`[${name}]`, 'string')}: ${ctx.formatValue(ctx, value, depth)}`);
}

// forEach of the intrinsic prototype needs no iterator protocol, which a program may have replaced. It cannot be left
// early, so a large collection is walked to its end, without formatting what is beyond the limit.
function setEntries(ctx, set, depth) {
  const output = [];
  const limit = ctx.maxArrayLength;
  ctx.indentation += 2;
  let seen = 0;
  SetPrototypeForEach(set, (value) => {
    if (seen++ < limit) ArrayPrototypePush(output, ctx.formatValue(ctx, value, depth));
  });
  const size = SetPrototypeGetSize(set);
  if (size > limit) ArrayPrototypePush(output, more(size - limit));
  ctx.indentation -= 2;
  return output;
}

function mapEntries(ctx, map, depth) {
  const output = [];
  const limit = ctx.maxArrayLength;
  ctx.indentation += 2;
  let seen = 0;
  MapPrototypeForEach(map, (value, key) => {
    if (seen++ >= limit) return;
    const keyText = ctx.formatValue(ctx, key, depth);
    ArrayPrototypePush(output, `${keyText} => ${ctx.formatValue(ctx, value, depth)}`);
  });
  const size = MapPrototypeGetSize(map);
  if (size > limit) ArrayPrototypePush(output, more(size - limit));
  ctx.indentation -= 2;
  return output;
}

function arrayBufferEntries(ctx, buffer, depth) {
  const length = ArrayBufferPrototypeGetByteLength(buffer);
  let bytes;
  try {
    bytes = new Uint8Array(buffer);
  } catch {
    return ['(detached)', `[byteLength]: ${ctx.stylize('0', 'number')}`];
  }
  const limit = MathMin(ctx.maxArrayLength > 0 ? ctx.maxArrayLength : 0, length);
  let text = '';
  for (let i = 0; i < limit; i++) {
    text += `${i === 0 ? '' : ' '}${StringPrototypePadStart(NumberPrototypeToString(bytes[i], 16), 2, '0')}`;
  }
  if (limit < length) text += ` ... ${length - limit} more byte${plural(length - limit)}`;
  const output = [`${ctx.stylize('[Uint8Contents]', 'special')}: <${text}>`];
  hiddenEntry(ctx, output, 'byteLength', length, depth);
  return output;
}

function dataViewEntries(ctx, view, depth) {
  const output = [];
  ctx.indentation += 2;
  hiddenEntry(ctx, output, 'byteLength', DataViewPrototypeGetByteLength(view), depth);
  hiddenEntry(ctx, output, 'byteOffset', DataViewPrototypeGetByteOffset(view), depth);
  hiddenEntry(ctx, output, 'buffer', DataViewPrototypeGetBuffer(view), depth);
  ctx.indentation -= 2;
  return output;
}

function promiseEntries(ctx, promise, depth) {
  const state = native.promiseState(promise);
  if (state === 0) return [ctx.stylize('<pending>', 'special')];
  ctx.indentation += 2;
  const text = ctx.formatValue(ctx, native.promiseResult(promise), depth);
  ctx.indentation -= 2;
  return [state === 2 ? `${ctx.stylize('<rejected>', 'special')} ${text}` : text];
}

const unknownEntries = (ctx) => [ctx.stylize('<items unknown>', 'special')];

module.exports = {
  arrayEntries, extraKeys, mapEntries, setEntries, typedArrayEntries, withoutIndices,
  typedArrayLength: TypedArrayPrototypeGetLength, typedArrayName: TypedArrayPrototypeGetSymbolToStringTag,
  ArrayBuffer: arrayBufferEntries, DataView: dataViewEntries, Promise: promiseEntries, WeakMap: unknownEntries,
  WeakSet: unknownEntries,
};
