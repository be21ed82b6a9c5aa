// The errors of module loading, with Node's codes, and where in the program they are due.
'use strict';

const {
  Error, ObjectDefineProperty, RangeError, StringPrototypeIndexOf, StringPrototypeSlice, SyntaxError, TypeError,
} = primordials;
const { coded } = require('errors');
const { formatFrames, header } = require('inspect_stack');

const moduleErrors = {
  __proto__: null,
  ERR_IMPORT_ATTRIBUTE_MISSING: coded(TypeError, 'ERR_IMPORT_ATTRIBUTE_MISSING', (url, key, type) =>
    `Module "${url}" needs an import attribute of "${key}: ${type}"`),
  ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE: coded(TypeError, 'ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE', (url, type) =>
    `Module "${url}" is not of type "${type}"`),
  ERR_IMPORT_ATTRIBUTE_UNSUPPORTED: coded(TypeError, 'ERR_IMPORT_ATTRIBUTE_UNSUPPORTED', (key, value, url) =>
    `Import attribute "${key}" with value "${value}" is not supported in ${url}`),
  ERR_INVALID_URL: coded(TypeError, 'ERR_INVALID_URL', function(input) {
    this.input = input;
    return 'Invalid URL';
  }),
  ERR_MODULE_NOT_FOUND: coded(Error, 'ERR_MODULE_NOT_FOUND', function(what, file, from, hint, url) {
    if (url !== undefined) this.url = url;
    return `Cannot find ${what} '${file}' imported from ${from}${hint === undefined ? '' : `\nDid you mean to import ${hint}?`}`;
  }),
  ERR_REQUIRE_ASYNC_MODULE: coded(Error, 'ERR_REQUIRE_ASYNC_MODULE', (file, from) =>
    'require() cannot be used on an ESM graph with top-level await. Use import() instead.' +
    `\nRequired module: ${file}${from === undefined ? '' : `\nRequired from: ${from}`}`),
  ERR_REQUIRE_CYCLE_MODULE: coded(Error, 'ERR_REQUIRE_CYCLE_MODULE', (file, from) =>
    `Cannot require() ES Module ${file} in a cycle.${from === undefined ? '' : ` (from ${from})`} ` +
    'It is being loaded already, and what require() returns must be complete. Load one of the two later.'),
  ERR_UNKNOWN_FILE_EXTENSION: coded(TypeError, 'ERR_UNKNOWN_FILE_EXTENSION', (extension, file) =>
    `Unknown file extension "${extension}" for ${file}`),
  ERR_UNKNOWN_MODULE_FORMAT: coded(RangeError, 'ERR_UNKNOWN_MODULE_FORMAT', (format, url) =>
    `Unknown module format: ${format} for URL ${url}`),
  ERR_UNSUPPORTED_DIR_IMPORT: coded(Error, 'ERR_UNSUPPORTED_DIR_IMPORT', function(dir, from, hint, url) {
    this.url = url;
    return `Directory import '${dir}' is not supported resolving ES modules imported from ${from}${
      hint === undefined ? '' : `\nDid you mean to import ${hint}?`}`;
  }),
  ERR_UNSUPPORTED_ESM_URL_SCHEME: coded(Error, 'ERR_UNSUPPORTED_ESM_URL_SCHEME', (scheme) =>
    `Only URLs with a scheme in: file, data, and node are supported by the default ESM loader. Received protocol '${scheme}'`),
  ERR_UNSUPPORTED_RESOLVE_REQUEST: coded(TypeError, 'ERR_UNSUPPORTED_RESOLVE_REQUEST', (specifier, from) =>
    `Failed to resolve module specifier "${specifier}" from "${from}": Invalid relative URL or base scheme is not hierarchical.`),
};

const kFrame = '\n    at ';

/// `error` with `url:line:column`, a place in a program's own text, as the first frame of its stack.
function placed(error, url, line, column) {
  const { stack } = error;
  const isText = typeof stack === 'string' && formatFrames(stack) === null; // of our coded errors
  const at = isText ? StringPrototypeIndexOf(stack, kFrame) : -1;
  const head = isText ? (at === -1 ? stack : StringPrototypeSlice(stack, 0, at)) : header(error);
  const frames = isText ? (at === -1 ? '' : StringPrototypeSlice(stack, at)) : formatFrames(`${stack}`) ?? '';
  ObjectDefineProperty(error, 'stack', {
    __proto__: null, value: `${head}${kFrame}${url}:${line}:${column}${frames}`, writable: true, enumerable: false, configurable: true,
  });
  return error;
}

function syntaxErrorAt(message, url, line, column) {
  return placed(new SyntaxError(message), url, line, column);
}

module.exports = { moduleErrors, placed, syntaxErrorAt };
