// performance: the loop's clock with fractions of a millisecond, counted from the start of the runtime.
// https://w3c.github.io/hr-time/
'use strict';

const { SymbolFor } = primordials;
const { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_THIS } = require('errors');
const { registerPlatformObject } = require('platform_objects');
const { defineInterface, inspectMembers } = require('web_interface');

const timeOrigin = native.timeOrigin();
const creating = {};

class Performance {
  #brand;

  constructor(key = undefined) {
    if (key !== creating) throw new ERR_ILLEGAL_CONSTRUCTOR();
  }

  now() {
    if (!(#brand in this)) throw new ERR_INVALID_THIS('Performance');
    return native.performanceNow();
  }

  get timeOrigin() {
    if (!(#brand in this)) throw new ERR_INVALID_THIS('Performance');
    return timeOrigin;
  }

  toJSON() {
    if (!(#brand in this)) throw new ERR_INVALID_THIS('Performance');
    return { timeOrigin };
  }

  [SymbolFor('nodejs.util.inspect.custom')](depth, options) {
    return inspectMembers(this, depth, options, { timeOrigin: this.timeOrigin }, '[Performance]');
  }
}
defineInterface(Performance, 'Performance');
registerPlatformObject(Performance.prototype);

module.exports = { Performance, performance: new Performance(creating) };
