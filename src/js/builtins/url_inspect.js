// How URLs and their parameters are printed. Whoever prints them has loaded inspect; whoever only uses them need not.
'use strict';

const {
  ArrayPrototypeJoin, ArrayPrototypePush, ObjectAssign, ObjectDefineProperty, StringPrototypeIncludes, SymbolFor,
} = primordials;

const custom = SymbolFor('nodejs.util.inspect.custom');

function addInspector(prototype, inspector) {
  ObjectDefineProperty(prototype, custom, { __proto__: null, value: inspector, writable: true, enumerable: false, configurable: true });
}

const withDepth = (options, depth) => ObjectAssign({}, options, { depth: depth === null ? null : depth - 1 });

// `Name { a, b }`, with an entry a line when `isLong`.
const braces = (name, entries, isLong) => `${name} {${isLong ? '\n  ' : ' '}${ArrayPrototypeJoin(entries, isLong ? ',\n  ' : ', ')} }`;

function addToParams(prototype, listOf, iteratorPrototype, restOfIterator) {
  addInspector(prototype, { [custom](depth, options, inspect) {
    const list = listOf(this);
    if (typeof depth === 'number' && depth < 0) return options.stylize('[Object]', 'special');
    const inner = withDepth(options, depth);
    const entries = [];
    const { stripVTControlCharacters } = require('inspect_text');
    let length = 0;
    for (let i = 0; i < list.length; i += 2) {
      const entry = `${inspect(list[i], inner)} => ${inspect(list[i + 1], inner)}`;
      ArrayPrototypePush(entries, entry);
      length += stripVTControlCharacters(entry).length + 2;
    }
    const name = require('inspect_kind').constructorName(this) ?? 'URLSearchParams';
    return entries.length === 0 ? `${name} {}` : braces(name, entries, length - 2 > options.breakLength);
  } }[custom]);

  addInspector(iteratorPrototype, { [custom](depth, options, inspect) {
    const rest = restOfIterator(this);
    if (typeof depth === 'number' && depth < 0) return options.stylize('[Object]', 'special');
    const inner = withDepth(options, depth);
    const entries = [];
    for (let i = 0; i < rest.length; i++) ArrayPrototypePush(entries, inspect(rest[i], inner));
    return braces('URLSearchParams Iterator', entries, StringPrototypeIncludes(inspect(rest, inner), '\n'));
  } }[custom]);
}

function addToURL(prototype, membersOf) {
  addInspector(prototype, { [custom](depth, options, inspect) {
    const members = membersOf(this);
    if (typeof depth === 'number' && depth < 0) return this;
    return `${require('inspect_kind').constructorName(this) ?? 'URL'} ${inspect(members, options)}`;
  } }[custom]);
}

module.exports = { addToParams, addToURL };
