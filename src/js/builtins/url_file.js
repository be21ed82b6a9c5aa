// `node:url`: between file URLs and the names of files, those of Windows on request.
'use strict';

const {
  RegExpPrototypeExec, StringPrototypeEndsWith, StringPrototypeIndexOf, StringPrototypeReplaceAll, StringPrototypeSlice,
  StringPrototypeStartsWith, TypeError, URIError, decodeURIComponent,
} = primordials;
const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, coded, validateString } = require('errors');
const { posix } = require('path_posix');
const { URL } = require('url_class');
const { ERR_INVALID_FILE_URL_HOST, ERR_INVALID_FILE_URL_PATH } = require('url_errors');
const { encoded, kFilePathSet } = require('url_text');

const ERR_INVALID_URL_SCHEME = coded(TypeError, 'ERR_INVALID_URL_SCHEME', (scheme) => `The URL must be of scheme ${scheme}`);

// Node's text for it.
function decodeText(text) {
  try { return decodeURIComponent(text); } catch { throw new URIError('URI malformed'); }
}

/// Whether a value can stand for a URL; the old urlObject of Node has more members.
const isURL = (value) => Boolean(value?.href && value.protocol && value.auth === undefined && value.path === undefined);

function badPath(why, input) {
  const error = new ERR_INVALID_FILE_URL_PATH(why);
  error.input = input;
  return error;
}

const encodedSlash = /%2f/i, encodedSeparator = /%2f|%5c/i, drive = /^\/[a-zA-Z]:/;

function windowsPathOf(url) {
  const { hostname, pathname } = url;
  if (RegExpPrototypeExec(encodedSeparator, pathname) !== null) throw badPath('must not include encoded \\ or / characters', url);
  const name = decodeText(StringPrototypeReplaceAll(pathname, '/', '\\'));
  if (hostname !== '') return `\\\\${native.domainToUnicode(hostname)}${name}`;
  if (RegExpPrototypeExec(drive, pathname) === null) throw badPath('must be absolute', url);
  return StringPrototypeSlice(name, 1);
}

function fileURLToPath(input, options = undefined) {
  const url = typeof input === 'string' ? new URL(input) : input;
  if (!isURL(url)) throw new ERR_INVALID_ARG_TYPE('path', ['string', 'URL'], input);
  if (url.protocol !== 'file:') throw new ERR_INVALID_URL_SCHEME('file');
  if (options?.windows) return windowsPathOf(url);
  if (url.hostname !== '') throw new ERR_INVALID_FILE_URL_HOST();
  const { pathname } = url;
  if (RegExpPrototypeExec(encodedSlash, pathname) !== null) throw badPath('must not include encoded / characters', url);
  return decodeText(pathname);
}

// `\\server\share` and `\\?\UNC\server\share`; `\\?\C:\...` is only another way to write a drive.
function uncToFileURL(name) {
  if (StringPrototypeStartsWith(name, '\\\\?\\') && RegExpPrototypeExec(/^[a-zA-Z]:/, StringPrototypeSlice(name, 4)) !== null) {
    return nameToURL(StringPrototypeSlice(name, 4), true, '');
  }
  const from = StringPrototypeStartsWith(name, '\\\\?\\UNC\\') ? 8 : 2;
  const end = StringPrototypeIndexOf(name, '\\', from);
  if (end === -1) throw new ERR_INVALID_ARG_VALUE('path', name, 'Missing UNC resource path');
  if (end === from) throw new ERR_INVALID_ARG_VALUE('path', name, 'Empty UNC servername');
  return nameToURL(StringPrototypeSlice(name, end), true, StringPrototypeSlice(name, from, end));
}

function nameToURL(name, isWindows, host) {
  const pathname = encoded(isWindows ? StringPrototypeReplaceAll(name, '\\', '/') : name, kFilePathSet);
  return new URL(`file://${host}${StringPrototypeStartsWith(pathname, '/') ? '' : '/'}${pathname}`);
}

function pathToFileURL(name, options) {
  validateString(name, 'path');
  const isWindows = Boolean(options?.windows);
  if (isWindows && StringPrototypeStartsWith(name, '\\\\')) return uncToFileURL(name);
  let resolved = (isWindows ? require('path').win32 : posix).resolve(name);
  if (isWindows && StringPrototypeStartsWith(resolved, '\\\\')) return uncToFileURL(resolved);
  // resolve() takes the slash away that says "a directory".
  const isDirectory = StringPrototypeEndsWith(name, '/') || (isWindows && StringPrototypeEndsWith(name, '\\'));
  if (isDirectory && !StringPrototypeEndsWith(resolved, isWindows ? '\\' : '/')) resolved += isWindows ? '\\' : '/';
  return nameToURL(resolved, isWindows, '');
}

module.exports = { decodeText, fileURLToPath, isURL, pathToFileURL };
