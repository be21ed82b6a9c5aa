// From the text of a CommonJS module to its function; and whether a text is a CommonJS module's at all.
'use strict';

const {
  JSONParse, RegExpPrototypeExec, SafeMap, SafeSet, StringPrototypeCharCodeAt, StringPrototypeIncludes, StringPrototypeIndexOf, StringPrototypeSlice,
  StringPrototypeStartsWith, SyntaxError, bareArray,
} = primordials;
const { posix: path } = require('path_posix');
const asyncContext = require('async_context');
const { builtinId } = require('builtin_modules');
const { packageScope, stripBom } = require('loader_disk');

const { state } = native;
const none = bareArray();

const isNamePart = (code) => (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95 ||
  code === 36;
const isSpace = (code) => code === 32 || (code >= 9 && code <= 13);

/// Whether a text may have an import() in it: false is certain. The parser decides about the rest.
function mayImport(text) {
  for (let at = StringPrototypeIndexOf(text, 'import'); at !== -1; at = StringPrototypeIndexOf(text, 'import', at + 6)) {
    const before = at === 0 ? 32 : StringPrototypeCharCodeAt(text, at - 1);
    if (isNamePart(before)) continue;
    // A property of that name, unless the dot ends a spread.
    if (before === 46 && !(at > 1 && StringPrototypeCharCodeAt(text, at - 2) === 46)) continue;
    let next = at + 6;
    while (next < text.length && isSpace(StringPrototypeCharCodeAt(text, next))) next++;
    const after = StringPrototypeCharCodeAt(text, next);
    if (after === 40 || after === 47 || after > 127) return true; // ( or a comment, or a space that is not ASCII's
  }
  return false;
}

// ---- what `await` needs (async_context.js) ---------------------------------------------------------------------------

const requireCall = /\brequire\s*\(\s*(?:(['"`])([^'"`\n]*)\1\s*\))?/g;

// Whether a text may bring in other files than built-ins.
function loadsOthers(text) {
  if (!StringPrototypeIncludes(text, 'require')) return mayImport(text);
  requireCall.lastIndex = 0;
  for (let call = null; (call = RegExpPrototypeExec(requireCall, text)) !== null;) {
    if (call[2] === undefined || builtinId(call[2]) === null) return true;
  }
  return mayImport(text);
}

// A program uses AsyncLocalStorage when one of its files names its module, and then functions of all its files have to keep it across `await`,
// those that were read before, too. So only a program of a single file is sure not to need it, which is read as it is.
const kFollowsAwait = 8; // a slot of `state`, see src/js/runtime_state.h

function followsAwait(text) {
  if (!native.start.followAwait) return false;
  if (state[kFollowsAwait] === 0 && (StringPrototypeIncludes(text, 'async_hooks') || loadsOthers(text))) state[kFollowsAwait] = 1;
  return state[kFollowsAwait] === 1 && StringPrototypeIncludes(text, 'await');
}

/// What the engine is to run instead of `text`: { text, map, name, resume, context }, the last three the names in it that stand for `import`, resume()
/// and the asynchronous context, null for those it does without. Null for the text itself: when it needs none, or cannot be parsed, as the engine
/// will say best why.
function prepareText(text, kind) {
  const follows = followsAwait(text);
  if (!follows && !mayImport(text)) return null;
  const transformed = native.transformText(follows ? `${kind} following await` : kind, text);
  const end = StringPrototypeIndexOf(transformed, '\n');
  if (end === -1) return null;
  const { name, resume, context, map } = JSONParse(StringPrototypeSlice(transformed, 0, end));
  return name === null && resume === null ? null : { name, resume, context, map, text: StringPrototypeSlice(transformed, end + 1) };
}

/// import() for code that is no module; `url` is what it resolves against.
function importFrom(url) {
  return function(specifier, options) {
    return require('esm').importDynamically(specifier, options, url, arguments.length > 1);
  };
}

// A comment of the same length: positions in error messages stay true.
function withoutHashbang(text) {
  return StringPrototypeStartsWith(text, '#!') ? `//${StringPrototypeSlice(text, 2)}` : text;
}

// What isCommonJs() compiled, to be taken by the loader that asked.
const compiled = new SafeMap();

function compile(text, filename) {
  const source = withoutHashbang(stripBom(text));
  const prepared = prepareText(source, 'commonjs');
  if (prepared === null) return { run: native.compile(source, filename), extras: none };
  require('source_positions').remember(filename, prepared.map, none);
  const extras = bareArray();
  if (prepared.name !== null) extras[0] = importFrom(require('esm_urls').fileUrl(filename));
  if (prepared.resume !== null) {
    extras[extras.length] = asyncContext.resume;
    extras[extras.length] = asyncContext.context;
  }
  return { run: native.evaluate(prepared.text, filename), extras };
}

/// { run, extras }: the function, to be called with exports, require, module, __filename, __dirname and these.
function compileCommonJs(text, filename) {
  const known = compiled.get(filename);
  if (known !== undefined) {
    compiled.delete(filename);
    if (known.text === text) return known.result;
  }
  return compile(text, filename);
}

/// Whether a file whose package does not say is a CommonJS module: what is none, but parses as an ES module, is one. Throws the syntax error
/// of a text that is neither.
function isCommonJs(filename, text) {
  let result;
  try {
    result = compile(text, filename);
  } catch (error) {
    if (!isModuleText(text, error)) throw error;
    warnTypeless(filename);
    return false;
  }
  compiled.set(filename, { text, result });
  return true;
}

/// Whether `text`, which is no script by `error`, is an ES module's.
function isModuleText(text, error) {
  if (!(error instanceof SyntaxError)) return false;
  const mayBe = StringPrototypeIncludes(text, 'import') || StringPrototypeIncludes(text, 'export') || StringPrototypeIncludes(text, 'await') ||
    StringPrototypeIncludes(text, 'require') || StringPrototypeIncludes(text, '__filename') || StringPrototypeIncludes(text, '__dirname') ||
    StringPrototypeIncludes(text, 'module');
  return mayBe && StringPrototypeIncludes(native.transformText('module', text), '\n');
}

const warned = new SafeSet(); // package.json files

function warnTypeless(filename) {
  const scope = packageScope(path.dirname(filename));
  if (scope === null || warned.has(scope.file)) return;
  warned.add(scope.file);
  const { fileUrl } = require('esm_urls');
  native.process.emitWarning(`Module type of ${fileUrl(filename)} is not specified and it doesn't parse as CommonJS, so it was parsed again ` +
    `as an ES module, which takes time. "type": "module" in ${scope.file} avoids that.`, { code: 'MODULE_TYPELESS_PACKAGE_JSON' });
}

module.exports = { compileCommonJs, importFrom, isCommonJs, isModuleText, prepareText, withoutHashbang };
