// The CommonJS loader. require() goes through Module.prototype.require, Module._load, Module._resolveFilename and
// Module._extensions, the seams that tools replace; finding files is in loader_resolve.js.
// ES modules are recognised and refused: running them is not part of this version.
'use strict';

const {
  ArrayIsArray, ArrayPrototypeIncludes, ArrayPrototypeIndexOf, ArrayPrototypePush, ArrayPrototypeSplice, Error,
  JSONParse, ObjectCreate, ObjectDefineProperty, ObjectKeys, ReflectApply, RegExpPrototypeExec,
  StringPrototypeEndsWith, StringPrototypeIndexOf, StringPrototypeSlice, StringPrototypeStartsWith, SyntaxError,
  decodeURIComponent,
} = primordials;
const path = require('path');
const {
  ERR_INVALID_ARG_VALUE, ERR_UNKNOWN_BUILTIN_MODULE, ERR_UNSUPPORTED, coded, moduleNotFound,
  validateString,
} = require('errors');
const resolver = require('loader_resolve');
const { findJsonError } = require('loader_json');

const { stripBom, withDiskMemory } = resolver;

const ERR_REQUIRE_ESM = coded(Error, 'ERR_REQUIRE_ESM', (file, why) =>
  `Cannot load ${file}: ES modules are not supported by this version yet (${why}). Use CommonJS: a .cjs file, or a ` +
  '.js file in a package without "type": "module"');

const kWrapperArguments = ['exports', 'require', 'module', '__filename', '__dirname'];

let current = null;

function createLoader({ builtinIds, requireBuiltin }) {
  const known = ObjectCreate(null);
  for (let i = 0; i < builtinIds.length; i++) known[builtinIds[i]] = true;
  const cache = ObjectCreate(null);
  let mainModule;

  // The id of a built-in `request` names, or null. `node:` promises a built-in, so an unknown one is an error.
  function builtinId(request) {
    if (!StringPrototypeStartsWith(request, 'node:')) return known[request] === true ? request : null;
    const id = StringPrototypeSlice(request, 5);
    if (known[id] !== true) throw new ERR_UNKNOWN_BUILTIN_MODULE(request);
    return id;
  }

  function Module(id = '', parent = undefined) {
    this.id = id;
    this.path = path.dirname(id);
    this.exports = {};
    this.filename = null;
    this.loaded = false;
    this.children = [];
    this.paths = [];
    // Not enumerable, so that printing a module does not print the whole tree above it.
    ObjectDefineProperty(this, 'parent', {
      __proto__: null, value: parent, writable: true, enumerable: false, configurable: true,
    });
    adopt(parent, this);
  }

  function adopt(parent, child) {
    if (parent && ArrayIsArray(parent.children) && !ArrayPrototypeIncludes(parent.children, child)) {
      ArrayPrototypePush(parent.children, child);
    }
  }

  Module.builtinModules = [];
  for (let i = 0; i < builtinIds.length; i++) Module.builtinModules[i] = builtinIds[i];
  Module._cache = cache;
  Module._extensions = ObjectCreate(null);
  Module._nodeModulePaths = resolver.nodeModulePaths;
  Module.Module = Module;

  Module.isBuiltin = function isBuiltin(request) {
    if (typeof request !== 'string') return false;
    return known[StringPrototypeStartsWith(request, 'node:') ? StringPrototypeSlice(request, 5) : request] === true;
  };

  // ---- resolving ----------------------------------------------------------------------------------------------------

  function requireStackOf(parent) {
    const stack = [];
    for (let m = parent; m; m = m.parent) ArrayPrototypePush(stack, m.filename || m.id);
    return stack;
  }

  function lookupPaths(fromDir, modulePaths) {
    const all = [];
    const near = modulePaths ?? resolver.nodeModulePaths(fromDir);
    for (let i = 0; i < near.length; i++) ArrayPrototypePush(all, near[i]);
    const far = resolver.globalPaths();
    for (let i = 0; i < far.length; i++) ArrayPrototypePush(all, far[i]);
    return all;
  }

  // The file name, or the request itself when it is a built-in.
  Module._resolveFilename = function(request, parent, isMain, options) {
    if (builtinId(request) !== null) return request;
    const fromDir = parent && parent.filename ? path.dirname(parent.filename) : native.cwd();
    if (request[0] === '#') {
      const found = resolver.resolveImports(request, fromDir, parent ? parent.filename : fromDir);
      if (found.request !== undefined) return Module._resolveFilename(found.request, parent, isMain, options);
      request = found.file;
    }
    let bases = [fromDir];
    let lookups;
    if (options !== undefined && options !== null && options.paths !== undefined) {
      if (!ArrayIsArray(options.paths)) throw new ERR_INVALID_ARG_VALUE('options.paths', options.paths);
      bases = options.paths;
      lookups = [];
      for (let i = 0; i < bases.length; i++) {
        const more = lookupPaths(bases[i]);
        for (let j = 0; j < more.length; j++) ArrayPrototypePush(lookups, more[j]);
      }
    } else {
      lookups = lookupPaths(fromDir, parent && parent.paths && parent.paths.length > 0 ? parent.paths : undefined);
    }
    const file = resolver.resolveFile(request, {
      fromDir, bases, lookups, extensions: ObjectKeys(Module._extensions),
      notFound: (missing) => moduleNotFound(missing, requireStackOf(parent)),
    });
    if (file === null) throw moduleNotFound(request, requireStackOf(parent));
    return file;
  };

  // ---- loading ------------------------------------------------------------------------------------------------------

  Module._load = function(request, parent, isMain) {
    const builtin = builtinId(request);
    if (builtin !== null) return requireBuiltin(builtin);
    const filename = Module._resolveFilename(request, parent, isMain);
    const id = builtinId(filename);               // an "imports" entry may name a built-in
    if (id !== null) return requireBuiltin(id);
    const cached = cache[filename];
    if (cached !== undefined) {
      // In a cycle this is a module still running: the caller sees what it has exported so far.
      adopt(parent, cached);
      return cached.exports;
    }
    const module = new Module(filename, parent);
    if (isMain) {
      mainModule = module;
      module.id = '.';
      if (native.process) native.process.mainModule = module;
    }
    cache[filename] = module;
    let complete = false;
    try {
      module.load(filename);
      complete = true;
    } finally {
      if (!complete) {
        // So that a later require() tries again instead of finding a torso.
        delete cache[filename];
        const at = parent && ArrayIsArray(parent.children) ? ArrayPrototypeIndexOf(parent.children, module) : -1;
        if (at !== -1) ArrayPrototypeSplice(parent.children, at, 1);
      }
    }
    return module.exports;
  };

  // The longest registered extension: `a.test.js` may have a handler for `.test.js`.
  function extensionOf(filename) {
    const base = path.basename(filename);
    for (let at = StringPrototypeIndexOf(base, '.', 1); at !== -1; at = StringPrototypeIndexOf(base, '.', at + 1)) {
      const extension = StringPrototypeSlice(base, at);
      if (Module._extensions[extension] !== undefined) return extension;
    }
    return '.js';
  }

  Module.prototype.load = function(filename) {
    this.filename = filename;
    this.path = path.dirname(filename);
    this.paths = resolver.nodeModulePaths(this.path);
    // Known by their whole name and never searched for, unlike what Module._extensions lists.
    const extension = path.extname(filename);
    if (extension === '.mjs') throw new ERR_REQUIRE_ESM(filename, 'its name ends in .mjs');
    if (extension === '.node') throw new ERR_UNSUPPORTED(`Loading native addons (${filename})`);
    Module._extensions[extensionOf(filename)](this, filename);
    this.loaded = true;
  };

  Module.prototype.require = function(id) {
    validateString(id, 'id');
    if (id === '') throw new ERR_INVALID_ARG_VALUE('id', id, 'must be a non-empty string');
    return withDiskMemory(() => Module._load(id, this, false));
  };

  Module.prototype._compile = function(content, filename) {
    let source = stripBom(content);
    // A comment of the same length: positions in error messages stay true.
    if (StringPrototypeStartsWith(source, '#!')) source = `//${StringPrototypeSlice(source, 2)}`;
    let run;
    try {
      run = native.compile(source, filename, kWrapperArguments);
    } catch (error) {
      throw explainSyntax(error, source);
    }
    return ReflectApply(run, this.exports, [this.exports, requireFor(this), this, filename, path.dirname(filename)]);
  };

  Module._extensions['.js'] = function(module, filename) {
    if (StringPrototypeEndsWith(filename, '.js')) {
      const scope = resolver.packageScope(path.dirname(filename));
      if (scope !== null && scope.type === 'module') {
        throw new ERR_REQUIRE_ESM(filename, `${scope.file} says "type": "module"`);
      }
    }
    module._compile(native.readSourceText(filename), filename);
  };

  Module._extensions['.json'] = function(module, filename) {
    const text = stripBom(native.readSourceText(filename));
    try {
      module.exports = JSONParse(text);
    } catch (error) {
      const { position, line, column } = findJsonError(text);
      error.message = `${filename}: ${error.message} at position ${position} (line ${line} column ${column})`;
      throw error;
    }
  };

  // ---- require ------------------------------------------------------------------------------------------------------

  function requireFor(module) {
    function require(id) {
      return module.require(id);
    }
    function resolve(request, options) {
      validateString(request, 'request');
      return withDiskMemory(() => Module._resolveFilename(request, module, false, options));
    }
    function paths(request) {
      validateString(request, 'request');
      if (Module.isBuiltin(request)) return null;
      const fromDir = module.filename ? path.dirname(module.filename) : native.cwd();
      return resolver.isRelative(request) ? [fromDir] : lookupPaths(fromDir, module.paths);
    }
    resolve.paths = paths;
    require.resolve = resolve;
    require.main = mainModule;
    require.extensions = Module._extensions;
    require.cache = cache;
    return require;
  }

  // A require for code that is no module file: it resolves as if it stood at `filename`, which need not exist.
  function makeRequire(filename) {
    const module = new Module(filename);
    module.filename = filename;
    module.paths = resolver.nodeModulePaths(module.path);
    return requireFor(module);
  }

  Module.createRequire = function createRequire(filename) {
    let file = typeof filename === 'object' && filename !== null ? filename.href : filename;
    if (typeof file === 'string' && StringPrototypeStartsWith(file, 'file://')) {
      file = decodeURIComponent(StringPrototypeSlice(file, 7));
    }
    if (typeof file !== 'string' || !path.isAbsolute(file)) {
      throw new ERR_INVALID_ARG_VALUE('filename', filename,
        'must be a file URL object, file URL string, or absolute path string');
    }
    // A directory: stand for a file in it.
    return makeRequire(StringPrototypeEndsWith(file, '/') ? path.join(file, 'noop.js') : file);
  };

  function requireMain(filename) {
    validateString(filename, 'filename');
    // Without disk memory: the main program may run long, and each of its require() calls must look at the disk afresh.
    return Module._load(path.resolve(filename), null, true);
  }

  current = { requireMain, makeRequire, Module };
  return current;
}

const moduleSyntax = /^[ \t]*(?:import\b[^(\n]|export\b)/m;

// ES module text in a CommonJS file gives a puzzling message: say what is the matter.
function explainSyntax(error, source) {
  if (error instanceof SyntaxError && RegExpPrototypeExec(/import|export/, error.message) !== null &&
    RegExpPrototypeExec(moduleSyntax, source) !== null) {
    error.message += ' (ES modules are not supported by this version yet)';
  }
  return error;
}

module.exports = { createLoader, currentLoader: () => current };
