// node:stream/web: all classes of streams.js, and nothing of its internals.
'use strict';

const { ObjectKeys } = primordials;
const { lazyProperty } = require('lazy');
const streams = require('streams');

const names = ObjectKeys(streams);
for (let i = 0; i < names.length; i++) {
  const name = names[i];
  if (name !== 'internals') lazyProperty(module.exports, name, () => streams[name], true);
}
