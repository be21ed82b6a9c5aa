// From the text of a CommonJS module to its function; and whether a text is a CommonJS module's at all.
'use strict';

const {
  JSONParse, SafeMap, SafeSet, StringPrototypeCharCodeAt, StringPrototypeIncludes, StringPrototypeIndexOf, StringPrototypeSlice,
  StringPrototypeStartsWith, SyntaxError,
} = primordials;
const path = require('path');
const { packageScope, stripBom } = require('loader_disk');

const kHead = '(function (exports, require, module, __filename, __dirname';

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

/// The text with another word for `import`, and that word; null when it has no import(), or cannot be parsed: the engine will say why.
function replaceImports(text, kind) {
  if (!mayImport(text)) return null;
  const transformed = native.transformText(kind, text);
  const end = StringPrototypeIndexOf(transformed, '\n');
  if (end === -1) return null;
  const { name } = JSONParse(StringPrototypeSlice(transformed, 0, end));
  return name === null ? null : { name, text: StringPrototypeSlice(transformed, end + 1) };
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
  const replaced = replaceImports(source, 'commonjs');
  if (replaced === null) return { run: native.compile(source, filename), extra: undefined };
  const head = `${kHead}, ${replaced.name}) {`;
  require('source_positions').remember(filename, `1,${head.length + 1},1,1`);
  const { fileUrl } = require('esm_urls');
  return { run: native.evaluate(`${head}${replaced.text}\n})`, filename), extra: importFrom(fileUrl(filename)) };
}

/// { run, extra }: the function, to be called with exports, require, module, __filename, __dirname, extra.
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

module.exports = { compileCommonJs, importFrom, isCommonJs, isModuleText, replaceImports };
