// The built-ins that programs may ask for, by `require('fs')`, `import 'node:fs'` and the like. The list itself is in bootstrap.js.
'use strict';

const { ObjectHasOwn, ObjectKeys, StringPrototypeSlice, StringPrototypeStartsWith } = primordials;

const { publicModules } = native;

/// The id behind a request with or without `node:`, or null.
function builtinId(request) {
  const id = StringPrototypeStartsWith(request, 'node:') ? StringPrototypeSlice(request, 5) : request;
  return ObjectHasOwn(publicModules, id) ? id : null;
}

module.exports = {
  builtinId,
  builtinIds: () => ObjectKeys(publicModules),
  loadBuiltin: (id) => (publicModules[id] ?? require)(id),
};
