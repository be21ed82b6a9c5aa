// `node:crypto`, as much of it as there is: random numbers, and SubtleCrypto.
'use strict';

const { validateBoolean, validateObject } = require('errors');
const { crypto } = require('web_crypto');

const { getRandomValues: fill } = crypto;
const { ReflectApply } = primordials;

function getRandomValues(array) {
  return ReflectApply(fill, crypto, arguments);
}

function randomUUID(options) {
  if (options !== undefined) validateObject(options, 'options');
  // Nothing is cached here, so there is nothing to disable; the option is checked all the same.
  if (options?.disableEntropyCache !== undefined) validateBoolean(options.disableEntropyCache, 'options.disableEntropyCache');
  return native.randomUUID();
}

module.exports = {
  getRandomValues, randomUUID, webcrypto: crypto,
  get subtle() { return require('subtle_crypto').subtle; },
};
