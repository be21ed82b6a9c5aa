// performance: the loop's clock with fractions of a millisecond, counted from the start of the runtime, and the methods of the performance
// timeline and of user timing. https://w3c.github.io/hr-time/
'use strict';

const { SymbolFor } = primordials;
const { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_THIS, ERR_MISSING_ARGS } = require('errors');
const { EventTarget } = require('event_target');
const { registerPlatformObject } = require('platform_objects');
const { defineInterface, inspectMembers } = require('web_interface');

const timeOrigin = native.timeOrigin();
const creating = {};
const timeline = () => require('performance_timeline'); // who asks for the time needs none

class Performance extends EventTarget {
  #brand;

  constructor(key = undefined) {
    if (key !== creating) throw new ERR_ILLEGAL_CONSTRUCTOR();
    super();
  }

  now() {
    if (!(#brand in this)) throw new ERR_INVALID_THIS('Performance');
    return native.performanceNow();
  }

  get timeOrigin() {
    if (!(#brand in this)) throw new ERR_INVALID_THIS('Performance');
    return timeOrigin;
  }

  mark(markName, markOptions = undefined) {
    if (!(#brand in this)) throw new ERR_INVALID_THIS('Performance');
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('name');
    return timeline().mark(markName, markOptions);
  }

  measure(measureName, startOrMeasureOptions = undefined, endMark = undefined) {
    if (!(#brand in this)) throw new ERR_INVALID_THIS('Performance');
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('name');
    return timeline().measure(measureName, startOrMeasureOptions, endMark);
  }

  clearMarks(markName = undefined) {
    if (!(#brand in this)) throw new ERR_INVALID_THIS('Performance');
    timeline().clearMarks(markName === undefined ? undefined : `${markName}`);
  }

  clearMeasures(measureName = undefined) {
    if (!(#brand in this)) throw new ERR_INVALID_THIS('Performance');
    timeline().clearMeasures(measureName === undefined ? undefined : `${measureName}`);
  }

  getEntries() {
    if (!(#brand in this)) throw new ERR_INVALID_THIS('Performance');
    return timeline().find(undefined, undefined);
  }

  getEntriesByType(type) {
    if (!(#brand in this)) throw new ERR_INVALID_THIS('Performance');
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('type');
    return timeline().find(undefined, `${type}`);
  }

  getEntriesByName(name, type = undefined) {
    if (!(#brand in this)) throw new ERR_INVALID_THIS('Performance');
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('name');
    return timeline().find(`${name}`, type === undefined ? undefined : `${type}`);
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
