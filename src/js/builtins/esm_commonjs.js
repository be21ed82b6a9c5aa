// CommonJS modules, JSON files, texts and built-ins as modules that ES modules import: their exports as cells.
'use strict';

const {
  JSONParse, ObjectHasOwn, ObjectKeys, SafeMap, SafeSet, StringPrototypeEndsWith, StringPrototypeIndexOf, StringPrototypeSlice, bareArray,
} = primordials;
const { builtinId, loadBuiltin } = require('builtin_modules');
const { ERR_UNKNOWN_BUILTIN_MODULE } = require('errors');
const { SyntheticModule } = require('esm_record');
const { readText } = require('loader_disk');
const { parseJson } = require('loader_json');

const getLoader = () => require('loader').getLoader();

// ---- CommonJS -------------------------------------------------------------------------------------------------------

const knownNames = new SafeMap(); // file -> names, by its text alone

// What the text of a file says about its exports: { exports, reexports }. A text that cannot be parsed says nothing; running it will.
function describeExports(file, given) {
  let found = knownNames.get(file);
  if (found === undefined) {
    const described = given === undefined ? native.transformFile('names', file) : native.transformText('names', given);
    const end = described === null ? -1 : StringPrototypeIndexOf(described, '\n');
    found = end === -1 ? { exports: [], reexports: [] } : JSONParse(StringPrototypeSlice(described, 0, end));
    knownNames.set(file, found);
  }
  return found;
}

function addNames(file, names, visited) {
  if (visited.has(file)) return;
  visited.add(file);
  const { exports, reexports } = describeExports(file);
  for (let i = 0; i < exports.length; i++) names.add(exports[i]);
  for (let i = 0; i < reexports.length; i++) {
    const builtin = builtinId(reexports[i]);
    if (builtin !== null) {
      const keys = ObjectKeys(loadBuiltin(builtin));
      for (let j = 0; j < keys.length; j++) if (keys[j] !== 'default') names.add(keys[j]);
      continue;
    }
    let target;
    try {
      target = getLoader().resolveFrom(reexports[i], file);
    } catch {
      continue; // require() will say so
    }
    const more = new SafeSet();
    if (!StringPrototypeEndsWith(target, '.json') && !StringPrototypeEndsWith(target, '.mjs')) addNames(target, more, visited);
    more.delete('default');
    more.forEach((name) => names.add(name));
  }
}

const always = ['default', 'module.exports'];

class CommonJsModule extends SyntheticModule {
  #names = null;

  /// `file` is a real path; `exportsOf()` runs the module.
  constructor(url, file, exportsOf) {
    super(url, () => {
      const exports = exportsOf();
      const hasKeys = (typeof exports === 'object' && exports !== null) || typeof exports === 'function';
      return (name) => {
        if (name === 'default' || name === 'module.exports') return exports;
        return hasKeys && ObjectHasOwn(exports, name) ? exports[name] : undefined;
      };
    });
    this.file = file;
  }

  // Found when somebody asks for more than the default export: most do not.
  names() {
    if (this.#names === null) {
      const set = new SafeSet();
      for (let i = 0; i < always.length; i++) set.add(always[i]);
      addNames(this.file, set, new SafeSet());
      this.#names = bareArray();
      set.forEach((name) => {
        this.#names[this.#names.length] = name;
      });
    }
    return this.#names;
  }

  hasName(name) {
    return name === 'default' || name === 'module.exports' || super.hasName(name);
  }
}

function commonJsModule(url, file) {
  return new CommonJsModule(url, file, () => getLoader().loadFile(file));
}

/// A module whose text the host gave.
function commonJsText(url, text) {
  describeExports(url, text);
  return new CommonJsModule(url, url, () => getLoader().loadText(url, text));
}

// ---- values ---------------------------------------------------------------------------------------------------------

const withDefault = (url, valueOf) => new SyntheticModule(url, () => {
  const value = valueOf();
  return () => value;
});

function jsonModule(url, file, text) {
  // A text that is wrong is an error of loading, not of running.
  const known = file === null ? undefined : getLoader().loadedExports(file);
  const value = known === undefined ? parseJson(text ?? readText(file), file ?? url) : known.exports;
  return withDefault(url, () => value);
}

function textModule(url, file, text) {
  const value = text ?? readText(file);
  return withDefault(url, () => value);
}

function builtinModule(url) {
  const id = builtinId(url);
  if (id === null) throw new ERR_UNKNOWN_BUILTIN_MODULE(url);
  return new BuiltinModule(id);
}

class BuiltinModule extends SyntheticModule {
  #names = bareArray();

  constructor(id) {
    const exports = loadBuiltin(id);
    super(`node:${id}`, () => (name) => (name === 'default' ? exports : exports[name]));
    const keys = ObjectKeys(exports);
    for (let i = 0; i < keys.length; i++) if (keys[i] !== 'default') this.#names[this.#names.length] = keys[i];
    this.#names[this.#names.length] = 'default';
  }

  names() {
    return this.#names;
  }
}

module.exports = { builtinModule, commonJsModule, commonJsText, jsonModule, textModule };
