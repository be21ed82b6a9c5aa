// The "exports" and "imports" maps of package.json, for require() and import alike: they differ in the conditions that apply, and in that
// an import's error says who asked.
'use strict';

const {
  ArrayIsArray, Error, ObjectHasOwn, ObjectKeys, ObjectSetPrototypeOf, StringPrototypeEndsWith, StringPrototypeIncludes,
  StringPrototypeIndexOf, StringPrototypeLastIndexOf, StringPrototypeReplaceAll, StringPrototypeSlice, StringPrototypeSplit,
  StringPrototypeStartsWith, TypeError,
} = primordials;
const { posix: path } = require('path_posix');
const { coded } = require('errors');
const { ERR_INVALID_PACKAGE_CONFIG } = require('loader_disk');

// `default` always matches. Conditions for native addons are left out, as there are none.
const requireConditions = { __proto__: null, require: true, node: true, 'module-sync': true, default: true };
const importConditions = { __proto__: null, import: true, node: true, 'module-sync': true, default: true };

const importedFrom = (from) => (from === undefined ? '' : ` imported from ${from}`);

const ERR_INVALID_PACKAGE_TARGET = coded(Error, 'ERR_INVALID_PACKAGE_TARGET', (field, key, target, file, from, why = '') =>
  `Invalid "${field}" target "${target}" defined for '${key}' in the package config ${file}${importedFrom(from)}${why}`);
const ERR_PACKAGE_PATH_NOT_EXPORTED = coded(Error, 'ERR_PACKAGE_PATH_NOT_EXPORTED', (file, subpath, from) =>
  subpath === '.' ? `No "exports" main defined in ${file}${importedFrom(from)}` :
    `Package subpath '${subpath}' is not defined by "exports" in ${file}${importedFrom(from)}`);
const ERR_PACKAGE_IMPORT_NOT_DEFINED = coded(TypeError, 'ERR_PACKAGE_IMPORT_NOT_DEFINED', (key, file, from) =>
  `Package import specifier "${key}" is not defined${file ? ` in package ${file}` : ''}${importedFrom(from)}`);
const ERR_INVALID_MODULE_SPECIFIER = coded(TypeError, 'ERR_INVALID_MODULE_SPECIFIER', (request, why, from) =>
  `Invalid module "${request}" ${why}${importedFrom(from)}`);

// The key of `map` that fits `request`, and what its `*` stands for. Of several patterns the longest prefix wins.
function matchKey(map, request) {
  if (ObjectHasOwn(map, request) && !StringPrototypeIncludes(request, '*') && !StringPrototypeEndsWith(request, '/')) {
    return { key: request, star: null };
  }
  let best = null;
  let bestPrefix = -1;
  const keys = ObjectKeys(map);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i];
    const at = StringPrototypeIndexOf(key, '*');
    if (at === -1 || at !== StringPrototypeLastIndexOf(key, '*')) continue;
    const tail = StringPrototypeSlice(key, at + 1);
    // The star stands for at least one character.
    if (request.length < key.length || !StringPrototypeStartsWith(request, StringPrototypeSlice(key, 0, at)) ||
      !StringPrototypeEndsWith(request, tail)) continue;
    if (at > bestPrefix || (at === bestPrefix && key.length > best.key.length)) {
      bestPrefix = at;
      best = { key, star: StringPrototypeSlice(request, at, request.length - tail.length) };
    }
  }
  return best;
}

function hasUnsafeSegment(relative) {
  const segments = StringPrototypeSplit(StringPrototypeReplaceAll(relative, '\\', '/'), '/');
  for (let i = 0; i < segments.length; i++) {
    const segment = segments[i];
    if (segment === '.' || segment === '..' || segment === 'node_modules') return true;
  }
  return false;
}

// One lookup: `request` in a field of a package, with what applies to it.
class Lookup {
  constructor(pkg, field, request, conditions, from) {
    this.pkg = pkg;
    this.field = field;
    this.request = request;
    this.conditions = conditions;
    this.from = from;
    this.match = null;
  }

  /// null when the map says nothing; otherwise { file } or, for imports of another package, { request }.
  in(map) {
    this.match = matchKey(map, this.request);
    return (this.match === null ? null : this.target(map[this.match.key])) ?? null;
  }

  invalid(target, why) {
    return new ERR_INVALID_PACKAGE_TARGET(this.field, this.match.key, target, this.pkg.file, this.from, why);
  }

  // undefined: no condition applies, look further. null: forbidden on purpose.
  target(target) {
    if (typeof target === 'string') return this.path(target);
    if (target === null) return null;
    if (ArrayIsArray(target)) return this.firstOf(target);
    if (typeof target === 'object') {
      const keys = ObjectKeys(target);
      for (let i = 0; i < keys.length; i++) {
        if (this.conditions[keys[i]] !== true) continue;
        const found = this.target(target[keys[i]]);
        if (found !== undefined) return found;
      }
      return undefined;
    }
    throw this.invalid(`${target}`, '; targets must start with "./"');
  }

  path(target) {
    const { star, key } = this.match;
    const filled = star === null ? target : StringPrototypeReplaceAll(target, '*', () => star);
    if (!StringPrototypeStartsWith(target, './')) {
      const isExport = this.field !== 'imports';
      if (isExport || target === '' || target[0] === '/' || StringPrototypeStartsWith(target, '../') ||
        (StringPrototypeIncludes(target, ':') && !StringPrototypeStartsWith(target, 'node:'))) {
        throw this.invalid(target, isExport && target !== '' ? '; targets must start with "./"' : '');
      }
      return { request: filled };
    }
    if (hasUnsafeSegment(StringPrototypeSlice(target, 2))) throw this.invalid(target);
    if (star !== null && hasUnsafeSegment(star)) {
      throw new ERR_INVALID_MODULE_SPECIFIER(this.request,
        `request is not a valid match in pattern "${key}" for the "${this.field}" resolution of ${this.pkg.file}`, this.from);
    }
    return { file: path.join(this.pkg.dir, filled) };
  }

  // Alternatives: one that this version cannot understand gives way to the next.
  firstOf(targets) {
    let failure;
    let last;
    for (let i = 0; i < targets.length; i++) {
      try {
        last = this.target(targets[i]);
      } catch (error) {
        if (error.code !== 'ERR_INVALID_PACKAGE_TARGET') throw error;
        failure = error;
        continue;
      }
      failure = undefined;
      if (last !== undefined && last !== null) return last;
    }
    if (failure !== undefined) throw failure;
    return last;
  }
}
ObjectSetPrototypeOf(Lookup.prototype, null); // setters that a program plants on Object.prototype stay out

// "exports" as a map from subpaths, whatever short form it was written in.
function exportsMap(pkg) {
  const { exports } = pkg;
  if (exports === null || typeof exports !== 'object' || ArrayIsArray(exports)) return { '.': exports };
  const keys = ObjectKeys(exports);
  let dotted = 0;
  for (let i = 0; i < keys.length; i++) if (keys[i][0] === '.') dotted++;
  if (dotted !== 0 && dotted !== keys.length) {
    throw new ERR_INVALID_PACKAGE_CONFIG(pkg.file, '"exports" must have either only subpath keys (starting with ' +
      '".") or only condition keys');
  }
  return dotted === 0 ? { '.': exports } : exports;
}

/// The file that "exports" names for `subpath` ('.' or './...'); whether it exists is not looked at. `from` is who imports, for messages.
function resolveExports(pkg, subpath, conditions, from) {
  const found = new Lookup(pkg, 'exports', subpath, conditions, from).in(exportsMap(pkg));
  if (found === null) throw new ERR_PACKAGE_PATH_NOT_EXPORTED(pkg.file, subpath, from);
  return found.file;
}

/// What "imports" of `pkg`, which may be null, says about '#...': { file } or { request }.
function resolveImports(pkg, request, conditions, from) {
  const map = pkg !== null && pkg.imports !== null && typeof pkg.imports === 'object' ? pkg.imports : {};
  const found = new Lookup(pkg, 'imports', request, conditions, from).in(map);
  if (found === null) throw new ERR_PACKAGE_IMPORT_NOT_DEFINED(request, pkg === null ? '' : pkg.file, from);
  return found;
}

module.exports = {
  ERR_INVALID_MODULE_SPECIFIER, importConditions, importedFrom, requireConditions, resolveExports, resolveImports,
};
