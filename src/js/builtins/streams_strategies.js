// The classes ByteLengthQueuingStrategy and CountQueuingStrategy (Streams, section 7).
'use strict';

const { SymbolFor } = primordials;
const { ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, ERR_MISSING_ARGS } = require('errors');
const { expose } = require('streams_interface');
const { inspectMembers } = require('web_interface');
const { isObject } = primordials;

const kInspect = SymbolFor('nodejs.util.inspect.custom');

// One of each for all strategies, and no constructors.
const sizes = {
  __proto__: null,
  bytes: { size(chunk) { return chunk.byteLength; } }.size,
  count: { size() { return 1; } }.size,
};

// unrestricted double: what makes no sense is refused by the stream.
function markOf(init, count) {
  if (count === 0) throw new ERR_MISSING_ARGS('init');
  if (init !== undefined && !isObject(init)) throw new ERR_INVALID_ARG_TYPE('init', 'Object', init);
  const highWaterMark = init?.highWaterMark;
  if (highWaterMark === undefined) throw new ERR_MISSING_ARGS('init.highWaterMark');
  return +highWaterMark;
}

class ByteLengthQueuingStrategy {
  #highWaterMark;

  constructor(init) {
    this.#highWaterMark = markOf(init, arguments.length);
  }

  get highWaterMark() {
    if (!(#highWaterMark in this)) throw new ERR_INVALID_THIS('ByteLengthQueuingStrategy');
    return this.#highWaterMark;
  }

  get size() {
    if (!(#highWaterMark in this)) throw new ERR_INVALID_THIS('ByteLengthQueuingStrategy');
    return sizes.bytes;
  }

  [kInspect](depth, options) {
    return inspectMembers(this, depth, options, { highWaterMark: this.highWaterMark });
  }
}

class CountQueuingStrategy {
  #highWaterMark;

  constructor(init) {
    this.#highWaterMark = markOf(init, arguments.length);
  }

  get highWaterMark() {
    if (!(#highWaterMark in this)) throw new ERR_INVALID_THIS('CountQueuingStrategy');
    return this.#highWaterMark;
  }

  get size() {
    if (!(#highWaterMark in this)) throw new ERR_INVALID_THIS('CountQueuingStrategy');
    return sizes.count;
  }

  [kInspect](depth, options) {
    return inspectMembers(this, depth, options, { highWaterMark: this.highWaterMark });
  }
}

expose(ByteLengthQueuingStrategy);
expose(CountQueuingStrategy);

module.exports = { ByteLengthQueuingStrategy, CountQueuingStrategy };
