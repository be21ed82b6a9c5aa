// What postMessage() is given besides the message: a list of what is transferred, or options with one.
'use strict';

const { TypeError, isObject } = primordials;
const { coded } = require('errors');
const { iteratorMethod, readSequence } = require('web_sequence');

const TransferError = coded(TypeError, 'ERR_INVALID_ARG_TYPE', (name) => `${name} must be an iterable`);
const InvalidTransfer = coded(TypeError, 'ERR_INVALID_TRANSFER_OBJECT', 'Found invalid object in transferList');

function toObject(value) {
  if (isObject(value)) return value;
  throw new InvalidTransfer();
}

/// (sequence<object> transfer) or (StructuredSerializeOptions options): the list, or null for an empty one.
function readTransfer(given) {
  if (given === undefined || given === null) return null;
  if (typeof given !== 'object' && typeof given !== 'function') throw new TransferError('Optional transferList argument');
  let method = iteratorMethod(given);
  let name = 'Optional transferList argument';
  if (method === undefined) {
    const { transfer } = given;
    if (transfer === undefined) return null;
    given = transfer;
    name = 'Optional options.transfer argument';
    method = iteratorMethod(given);
  }
  const list = readSequence(given, method, toObject, () => new TransferError(name));
  return list.length === 0 ? null : list;
}

module.exports = { readTransfer };
