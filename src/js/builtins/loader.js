// The CommonJS loader. require() goes through Module.prototype.require, Module._load, Module._resolveFilename and Module._extensions, the
// seams that tools replace; finding files is in loader_resolve.js, texts become functions in loader_compile.js. ES modules that are required
// go to esm.js.
'use strict';

const {
  ArrayIsArray, ArrayPrototypeIncludes, ArrayPrototypeIndexOf, ArrayPrototypePush, ArrayPrototypeSplice, EvalError, ObjectCreate, ObjectDefineProperty,
  ObjectKeys, ReflectApply, StringPrototypeEndsWith, StringPrototypeIndexOf, StringPrototypeSlice, StringPrototypeStartsWith,
} = primordials;
const { posix: path } = require('path_posix');
const { builtinId, builtinIds, loadBuiltin } = require('builtin_modules');
const {
  ERR_INVALID_ARG_VALUE, ERR_UNKNOWN_BUILTIN_MODULE, ERR_UNSUPPORTED, moduleNotFound, validateString,
} = require('errors');
const { compileCommonJs, isCommonJs } = require('loader_compile');
const { readText, typeOfPackage, withDiskMemory } = require('loader_disk');
const parseJson = (text, name) => require('loader_json').parseJson(text, name);
const resolver = require('loader_resolve');

const hasHostLoader = native.hasLoader();
const lazyUrls = () => require('esm_urls');

function createLoader() {
  const cache = ObjectCreate(null);
  let mainModule;

  // `node:` promises a built-in, so an unknown one is an error.
  function builtinOf(request) {
    const id = builtinId(request);
    if (id === null && StringPrototypeStartsWith(request, 'node:')) {
      if (native.sandbox !== undefined && native.sandbox.knownBuiltin(request)) throw native.sandbox.denied(`Loading '${request}'`, 'builtin_modules');
      throw new ERR_UNKNOWN_BUILTIN_MODULE(request);
    }
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

  Module.builtinModules = builtinIds();
  Module._cache = cache;
  Module._extensions = ObjectCreate(null);
  Module._nodeModulePaths = resolver.nodeModulePaths;
  Module.Module = Module;

  Module.isBuiltin = function isBuiltin(request) {
    return typeof request === 'string' && builtinId(request) !== null;
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
    if (builtinOf(request) !== null) return request;
    const fromDir = parent && parent.filename ? path.dirname(parent.filename) : native.cwd();
    if (request[0] === '#') {
      const found = resolver.resolveInternal(request, fromDir, parent ? parent.filename : fromDir);
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
    } else if (resolver.isPath(request)) {
      lookups = []; // nobody searches for it
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
    const builtin = builtinOf(request);
    if (builtin !== null) return loadBuiltin(builtin);
    if (native.sandbox !== undefined && !isMain) native.sandbox.checkRequest(request);
    if (hasHostLoader) {
      const id = native.loaderResolve(request, parent ? parent.id : native.cwd());
      if (id !== undefined) return loadGiven(id, parent);
    }
    const filename = Module._resolveFilename(request, parent, isMain);
    const id = builtinOf(filename); // an "imports" entry may name a built-in
    return id !== null ? loadBuiltin(id) : loadFile(filename, parent, isMain);
  };

  function loadFile(filename, parent = null, isMain = false) {
    return load(filename, parent, (module) => {
      if (isMain) {
        mainModule = module;
        module.id = '.';
        if (native.process) native.process.mainModule = module;
      }
      module.load(filename);
    });
  }

  // The exports of the module of that name, which `run` fills when it is new.
  function load(name, parent, run) {
    const cached = cache[name];
    if (cached !== undefined) {
      // In a cycle this is a module still running: the caller sees what it has exported so far.
      adopt(parent, cached);
      return cached.exports;
    }
    const module = new Module(name, parent);
    cache[name] = module;
    let complete = false;
    try {
      run(module);
      complete = true;
    } finally {
      if (!complete) {
        // So that a later require() tries again instead of finding a torso.
        delete cache[name];
        const at = parent && ArrayIsArray(parent.children) ? ArrayPrototypeIndexOf(parent.children, module) : -1;
        if (at !== -1) ArrayPrototypeSplice(parent.children, at, 1);
      }
    }
    return module.exports;
  }

  // A module that the host's loader named.
  function loadGiven(id, parent) {
    if (cache[id] !== undefined) return cache[id].exports;
    const given = native.loaderLoad(id);
    if (given === undefined) return Module._load(lazyUrls().isFileUrl(id) ? lazyUrls().pathOfUrl(id) : id, null, false);
    return load(id, parent, (module) => {
      const kind = given[0];
      const text = given[1];
      module.filename = id;
      if (kind === 'commonjs') compileRead(module, text, id);
      else if (kind === 'module') module.exports = require('esm').requireModule(id, id, parent ? parent.id : undefined);
      else module.exports = kind === 'json' ? parseJson(text, id) : text;
      module.loaded = true;
    });
  }

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
    const extension = path.extname(filename);
    if (extension === '.node') throw new ERR_UNSUPPORTED(`Loading native addons (${filename})`);
    // Known by its whole name and never searched for, unlike what Module._extensions lists.
    if (extension === '.mjs') loadEsModule(this, filename);
    else Module._extensions[extensionOf(filename)](this, filename);
    this.loaded = true;
  };

  // The main program does not wait for its modules to be complete: it may have a top-level `await`.
  function loadEsModule(module, filename) {
    const esm = require('esm');
    if (module === mainModule) {
      mainModule = undefined; // as in Node: require.main is a CommonJS module, and what is none is not in the cache
      delete cache[filename];
      native.process.mainModule = undefined;
      esm.runMainFile(filename);
    } else {
      module.exports = esm.requireModule(lazyUrls().fileUrl(filename), filename, module.parent ? module.parent.filename : undefined);
    }
  }

  Module.prototype.require = function(id) {
    validateString(id, 'id');
    if (id === '') throw new ERR_INVALID_ARG_VALUE('id', id, 'must be a non-empty string');
    return withDiskMemory(() => Module._load(id, this, false));
  };

  // Of its own module a program can reach this: it would be eval() by another name.
  const noEval = native.sandbox !== undefined && !native.sandbox.eval;
  Module.prototype._compile = function(content, filename) {
    if (noEval) throw new EvalError("Code generation from strings is not allowed by the sandbox's policy");
    return compile(this, content, filename);
  };
  // What a loader has read; tools replace _compile.
  function compileRead(module, text, filename) {
    return noEval ? compile(module, text, filename) : module._compile(text, filename);
  }
  function compile(module, content, filename) {
    const { run, extras } = compileCommonJs(content, filename);
    const args = [module.exports, requireFor(module), module, filename, path.dirname(filename)];
    for (let i = 0; i < extras.length; i++) args[5 + i] = extras[i]; // functions of ours that the text calls
    return ReflectApply(run, module.exports, args);
  }

  Module._extensions['.js'] = function(module, filename) {
    const isJs = StringPrototypeEndsWith(filename, '.js');
    const type = isJs ? typeOfPackage(filename) : 'commonjs';
    if (type === 'module') {
      loadEsModule(module, filename);
      return;
    }
    const text = readText(filename);
    if (type === 'commonjs' || isCommonJs(filename, text)) compileRead(module, text, filename);
    else loadEsModule(module, filename);
  };

  Module._extensions['.json'] = function(module, filename) {
    module.exports = parseJson(readText(filename), filename);
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
    if (typeof file === 'string' && lazyUrls().isFileUrl(file)) file = lazyUrls().pathOfUrl(file);
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

  return {
    Module, loadFile, makeRequire, requireMain,
    // For modules that ES modules import.
    loadedExports: (file) => (cache[file] !== undefined && cache[file].loaded ? cache[file] : undefined),
    loadText: (id, text) => load(id, null, (module) => {
      module.filename = id;
      compileRead(module, text, id);
      module.loaded = true;
    }),
    resolveFrom: (request, file) => {
      const parent = { filename: file, paths: resolver.nodeModulePaths(path.dirname(file)) };
      return withDiskMemory(() => Module._resolveFilename(request, parent, false));
    },
  };
}

let current = null;
module.exports = { getLoader: () => (current ??= createLoader()) };
