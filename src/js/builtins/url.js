// `node:url`: the URL Standard's classes, and what turns them into something else. The older API (url.parse, url.resolve) is not here: it
// reads some URLs as something else than every browser does.
'use strict';

const { ObjectAssign, StringPrototypeEndsWith, StringPrototypeSlice, StringPrototypeStartsWith } = primordials;
const { ERR_INVALID_ARG_TYPE, ERR_MISSING_ARGS, validateObject } = require('errors');
const { URL, recordOf } = require('url_class');
const { decodeText, fileURLToPath, isURL, pathToFileURL } = require('url_file');
const { URLSearchParams } = require('url_search_params');
const { lazyProperty } = require('lazy');
const { hostnameFrom, partsOf, recordFrom } = require('url_setters');

/// Options `auth`, `fragment`, `search` (true) say what is shown, `unicode` (false) whether the host is shown for reading.
function format(url, options) {
  if (!isURL(url)) throw new ERR_INVALID_ARG_TYPE('url', 'URL', url);
  if (options !== undefined && options !== null) validateObject(options, 'options');
  const parts = partsOf(recordOf(url));
  if (!(options?.auth ?? true)) parts.username = parts.password = '';
  if (!(options?.search ?? true)) parts.query = null;
  if (!(options?.fragment ?? true)) parts.fragment = null;
  if ((options?.unicode ?? false) && parts.host !== null) parts.host = native.domainToUnicode(parts.host);
  return recordFrom(parts).href;
}

/// What http.request() takes; the members of the URL that a program added are in it, too.
function urlToHttpOptions(url) {
  validateObject(url, 'url', { allowArray: true, allowFunction: true });
  const { protocol, hostname, hash, search, pathname, href, port, username, password } = url;
  const isBracketed = typeof hostname === 'string' && StringPrototypeStartsWith(hostname, '[') && StringPrototypeEndsWith(hostname, ']');
  const options = ObjectAssign({ __proto__: null }, url);
  options.protocol = protocol;
  options.hostname = isBracketed ? StringPrototypeSlice(hostname, 1, -1) : hostname;
  options.hash = hash;
  options.search = search;
  options.pathname = pathname;
  options.path = `${pathname || ''}${search || ''}`;
  options.href = href;
  if (port !== '') options.port = +port;
  if (username || password) options.auth = `${decodeText(username)}:${decodeText(password)}`;
  return options;
}

module.exports = {
  URL,
  URLSearchParams,
  domainToASCII(domain) {
    if (arguments.length < 1) throw new ERR_MISSING_ARGS('domain');
    return hostnameFrom(`${domain}`);
  },
  domainToUnicode(domain) {
    if (arguments.length < 1) throw new ERR_MISSING_ARGS('domain');
    return native.domainToUnicode(hostnameFrom(`${domain}`));
  },
  fileURLToPath,
  format,
  pathToFileURL,
  urlToHttpOptions,
};
lazyProperty(module.exports, 'URLPattern', () => require('url_pattern').URLPattern, true);
