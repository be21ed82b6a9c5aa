// Loading modules: from a URL to a record with everything it requests, by the format that the URL, its file's name or the nearest
// package.json gives it.
'use strict';

const {
  ReflectApply, RegExpPrototypeExec, SafeMap, SafeSet, StringPrototypeIndexOf, StringPrototypeSlice, StringPrototypeStartsWith,
  SyntaxError, Uint8Array, Uint8ArrayFromBase64, bareArray, decodeURIComponent,
} = primordials;
const { posix: path } = require('path_posix');
const { SourceModule, kUnlinked, parseTransformed } = require('esm_record');
const { isFileUrl, pathOfUrl } = require('esm_urls');
const { ERR_MODULE_OUTSIDE_ROOT, readText, typeOfPackage, withDiskMemory } = require('loader_disk');
// A program of one file needs none of these.
const lazyErrors = () => require('esm_errors');
const lazyResolve = () => require('esm_resolve');
const lazyOthers = () => require('esm_commonjs');

// A module is one for each URL and each `type` that is asked for.
const modules = new SafeMap();
const keyOf = (url, type) => (type === null ? url : `${url}\n${type}`);

// ---- formats --------------------------------------------------------------------------------------------------------

const kAmbiguous = 'ambiguous'; // .js where no package.json says more: its text decides

/// 'module', 'commonjs', 'json', 'ambiguous', or null for a name that says nothing.
function formatOfFile(file) {
  const extension = path.extname(file);
  if (native.start.web) return extension === '.json' ? 'json' : 'module'; // a page's script of type "module" is one whatever its name
  switch (extension) {
    case '.mjs': return 'module';
    case '.cjs': return 'commonjs';
    case '.json': return 'json';
    case '.js': case '': return typeOfPackage(file) ?? kAmbiguous;
    default: return null;
  }
}

// The types that an import may ask for, and what asks for none.
const typeOf = { __proto__: null, json: 'json', text: 'text' };

function wantedType(attributes, url) {
  let type = null;
  for (let i = 0; i < attributes.length; i++) {
    const key = attributes[i][0];
    const value = attributes[i][1];
    if (key !== 'type' || typeOf[value] === undefined) throw new (lazyErrors().moduleErrors.ERR_IMPORT_ATTRIBUTE_UNSUPPORTED)(key, value, url);
    type = value;
  }
  return type;
}

// Of JSON an import must say that it wants it, so that a file that turns out to be code is not run.
function checkType(url, format, type) {
  if (type === 'text') return 'text';
  if (format === 'json') {
    if (type !== 'json') throw new (lazyErrors().moduleErrors.ERR_IMPORT_ATTRIBUTE_MISSING)(url, 'type', 'json');
  } else if (type !== null || format === 'text') {
    if (type === null) throw new (lazyErrors().moduleErrors.ERR_IMPORT_ATTRIBUTE_MISSING)(url, 'type', 'text');
    throw new (lazyErrors().moduleErrors.ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE)(url, type);
  }
  return format;
}

// ---- one module -----------------------------------------------------------------------------------------------------

function makeModule(url, type, isMain) {
  const given = native.hasLoader() ? native.loaderLoad(url) : undefined;
  if (given !== undefined) return fromText(url, checkType(url, given[0], type), given[1], isMain);
  if (StringPrototypeStartsWith(url, 'node:')) {
    checkType(url, 'builtin', type);
    return lazyOthers().builtinModule(url);
  }
  if (isFileUrl(url)) return fromFile(url, pathOfUrl(url), type, isMain);
  if (StringPrototypeStartsWith(url, 'data:')) return fromData(url, type);
  throw new (lazyErrors().moduleErrors.ERR_UNSUPPORTED_ESM_URL_SCHEME)(StringPrototypeSlice(url, 0, StringPrototypeIndexOf(url, ':') + 1));
}

function fromFile(url, file, type, isMain) {
  let format = type === 'text' ? 'text' : formatOfFile(file);
  if (format === null) throw new (lazyErrors().moduleErrors.ERR_UNKNOWN_FILE_EXTENSION)(path.extname(file), file);
  format = checkType(url, format, type);
  switch (format) {
    case 'json': return lazyOthers().jsonModule(url, file);
    case 'text': return lazyOthers().textModule(url, file);
    case 'commonjs': return lazyOthers().commonJsModule(url, file);
    case kAmbiguous: if (require('loader_compile').isCommonJs(file, readText(file))) return lazyOthers().commonJsModule(url, file);
  }
  const transformed = native.transformFile('module', file);
  if (transformed === null) throw new ERR_MODULE_OUTSIDE_ROOT(file);
  return parseTransformed(url, transformed, isMain);
}

/// A module whose text is not in a file.
function fromText(url, format, text, isMain) {
  switch (format) {
    case 'json': return lazyOthers().jsonModule(url, null, text);
    case 'text': return lazyOthers().textModule(url, null, text);
    case 'commonjs':
      if (native.start.web) throw new (lazyErrors().moduleErrors.ERR_UNKNOWN_MODULE_FORMAT)(format, url);
      return lazyOthers().commonJsText(url, text);
  }
  native.rememberSource(url, text);
  return parseTransformed(url, native.transformText('module', text), isMain);
}

const dataUrl = /^data:([^/,;]+\/[^,;]+)(?:[^,]*?)(;base64)?,([^#]*)/i;

const decodeBase64 = (text) => native.utf8Decode(ReflectApply(Uint8ArrayFromBase64, Uint8Array, [text]));

function fromData(url, type) {
  const found = RegExpPrototypeExec(dataUrl, url);
  if (found === null) throw new (lazyErrors().moduleErrors.ERR_INVALID_URL)(url);
  const format = { __proto__: null, 'text/javascript': 'module', 'application/json': 'json' }[found[1]];
  if (format === undefined && type !== 'text') throw new (lazyErrors().moduleErrors.ERR_UNKNOWN_MODULE_FORMAT)(found[1], url);
  const checked = checkType(url, format, type);
  const body = decodeURIComponent(found[3]);
  return fromText(url, checked, found[2] === undefined ? body : decodeBase64(body), false);
}

function getModule(url, attributes, isMain = false) {
  const type = wantedType(attributes, url);
  const key = keyOf(url, type);
  let module = modules.get(key);
  if (module === undefined) {
    module = makeModule(url, type, isMain);
    modules.set(key, module);
  }
  return module;
}

// ---- graphs ---------------------------------------------------------------------------------------------------------

// Loads what `root` requests, and what that requests, in the order of the texts. What was loaded before an error stays: it is not at fault.
function loadRequests(root) {
  const waiting = bareArray();
  const push = (module) => {
    if (module instanceof SourceModule && !module.loaded) waiting[waiting.length] = { module, next: 0 };
  };
  push(root);
  const onTheWay = bareArray();
  while (waiting.length > 0) {
    const top = waiting[waiting.length - 1];
    const { module } = top;
    const { requests } = module.description;
    if (top.next === 0) {
      if (module.loading || module.loaded) {
        waiting.length--;
        continue;
      }
      module.loading = true;
      onTheWay[onTheWay.length] = module;
    }
    if (top.next === requests.length) {
      waiting.length--;
      continue;
    }
    const request = requests[top.next++];
    try {
      const url = lazyResolve().resolveModule(request.specifier, module.url, request.attributes);
      module.requested[top.next - 1] = getModule(url, request.attributes);
    } catch (error) {
      for (let i = 0; i < onTheWay.length; i++) onTheWay[i].loading = false;
      // A syntax error names its own place already.
      throw error instanceof SyntaxError ? error : lazyErrors().placed(error, module.url, request.line, request.column);
    }
    push(module.requested[top.next - 1]);
  }
  for (let i = 0; i < onTheWay.length; i++) {
    onTheWay[i].loading = false;
    onTheWay[i].loaded = true;
  }
}

/// The module of `url` when it has been linked, or could not be; undefined otherwise.
function knownModule(url, attributes) {
  let type;
  try {
    type = wantedType(attributes, url);
  } catch {
    return undefined; // loading it will say so
  }
  const module = modules.get(keyOf(url, type));
  return module instanceof SourceModule && module.status === kUnlinked && !module.linkFailed ? undefined : module;
}

/// How many imports it takes to get from `module` to the modules farthest from it, each on the shortest way.
function graphDepth(module) {
  const seen = new SafeSet();
  seen.add(module);
  let depth = 0;
  let level = bareArray();
  level[0] = module;
  for (;;) {
    const next = bareArray();
    for (let i = 0; i < level.length; i++) {
      const requested = level[i].requested; // of ES modules only
      for (let j = 0; requested !== undefined && j < requested.length; j++) {
        if (seen.has(requested[j])) continue;
        seen.add(requested[j]);
        next[next.length] = requested[j];
      }
    }
    if (next.length === 0) return depth;
    depth++;
    level = next;
  }
}

/// The module of `url` with everything it needs, not linked yet.
function loadGraph(url, attributes, isMain) {
  return withDiskMemory(() => {
    const module = getModule(url, attributes, isMain);
    loadRequests(module);
    return module;
  });
}

/// The same for a text that stands for a module at `url`.
function loadText(url, text) {
  return withDiskMemory(() => {
    const module = fromText(url, 'module', text, true);
    loadRequests(module);
    return module;
  });
}

module.exports = { graphDepth, knownModule, loadGraph, loadText };
