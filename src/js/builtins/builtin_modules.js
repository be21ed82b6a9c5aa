// The built-ins that programs may ask for, by `require('fs')`, `import 'node:fs'` and the like. The list itself is in bootstrap.js.
'use strict';

const { ArrayPrototypeMap, ObjectHasOwn, ObjectKeys, StringPrototypeSlice, StringPrototypeStartsWith } = primordials;

const { publicModules } = native;

const onlyWithPrefix = 'test'; // without, it may be a package

/// The id behind a request with or without `node:`, or null.
function builtinId(request) {
  const hasPrefix = StringPrototypeStartsWith(request, 'node:');
  const id = hasPrefix ? StringPrototypeSlice(request, 5) : request;
  return ObjectHasOwn(publicModules, id) && (hasPrefix || id !== onlyWithPrefix) ? id : null;
}

module.exports = {
  builtinId,
  builtinIds: () => ArrayPrototypeMap(ObjectKeys(publicModules), (id) => (id === onlyWithPrefix ? `node:${id}` : id)),
  loadBuiltin: (id) => (publicModules[id] ?? require)(id),
};
