// PerformanceEntry and what User Timing makes of it: https://w3c.github.io/performance-timeline/ and https://w3c.github.io/user-timing/
'use strict';

const { NumberIsFinite, SymbolFor, TypeError } = primordials;
const { performanceNow } = native;
const {
  ConversionError, ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, ERR_MISSING_ARGS, coded,
} = require('errors');
const { registerPlatformObject } = require('platform_objects');
const { defineInterface, inspectMembers } = require('web_interface');

const ERR_PERFORMANCE_INVALID_TIMESTAMP = coded(TypeError, 'ERR_PERFORMANCE_INVALID_TIMESTAMP', (time) => `${time} is not a valid timestamp`);

const kInspect = SymbolFor('nodejs.util.inspect.custom');
const kCreate = { __proto__: null }; // proves that it is us who call the constructor

/// Web IDL's DOMHighResTimeStamp.
function toTime(value, name) {
  const time = +value;
  if (!NumberIsFinite(time)) throw new ConversionError(`${name} is not a finite number.`);
  return time;
}

function requireTime(time) {
  if (time < 0) throw new ERR_PERFORMANCE_INVALID_TIMESTAMP(time);
  return time;
}

function copyDetail(detail) {
  if (detail === undefined || detail === null) return null;
  return typeof detail === 'object' || typeof detail === 'function' || typeof detail === 'symbol' ?
    require('structured_clone').structuredClone(detail) : detail;
}

let internals;

class PerformanceEntry {
  #name;
  #entryType;
  #startTime;
  #duration;
  #detail;

  constructor(proof = undefined, name, entryType, startTime, duration, detail) {
    if (proof !== kCreate) throw new ERR_ILLEGAL_CONSTRUCTOR();
    this.#name = name;
    this.#entryType = entryType;
    this.#startTime = startTime;
    this.#duration = duration;
    this.#detail = detail;
  }

  get name() { return checked(this).#name; }
  get entryType() { return checked(this).#entryType; }
  get startTime() { return checked(this).#startTime; }
  get duration() { return checked(this).#duration; }

  toJSON() {
    return internals.membersOf(this);
  }

  [kInspect](depth, options) {
    return inspectMembers(this, depth, options, internals.membersOf(this));
  }

  static {
    const checked = (value) => {
      if (typeof value !== 'object' || value === null || !(#name in value)) throw new ERR_INVALID_THIS('PerformanceEntry');
      return value;
    };
    internals = {
      __proto__: null,
      checked,
      nameOf: (entry) => entry.#name,
      typeOf: (entry) => entry.#entryType,
      startOf: (entry) => entry.#startTime,
      /// `type`: of marks or of measures.
      detailOf(entry, type, Interface) {
        if (typeof entry !== 'object' || entry === null || !(#name in entry) || entry.#entryType !== type) throw new ERR_INVALID_THIS(Interface);
        return entry.#detail;
      },
      membersOf(entry) {
        return {
          name: checked(entry).#name, entryType: entry.#entryType, startTime: entry.#startTime, duration: entry.#duration, detail: entry.#detail,
        };
      },
    };
  }
}
const { checked } = internals;

class PerformanceMark extends PerformanceEntry {
  constructor(markName, markOptions = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('name');
    const name = `${markName}`;
    let detail;
    let startTime;
    if (markOptions !== undefined && markOptions !== null) {
      if (typeof markOptions !== 'object' && typeof markOptions !== 'function') throw new ERR_INVALID_ARG_TYPE('options', 'object', markOptions);
      ({ detail, startTime } = markOptions);
      if (startTime !== undefined) startTime = requireTime(toTime(startTime, 'options.startTime'));
    }
    super(kCreate, name, 'mark', startTime ?? performanceNow(), 0, copyDetail(detail));
  }

  get detail() { return internals.detailOf(this, 'mark', 'PerformanceMark'); }
}

class PerformanceMeasure extends PerformanceEntry {
  constructor(proof = undefined, name, startTime, duration, detail) {
    super(proof, name, 'measure', startTime, duration, detail);
  }

  get detail() { return internals.detailOf(this, 'measure', 'PerformanceMeasure'); }
}

defineInterface(PerformanceEntry, 'PerformanceEntry');
defineInterface(PerformanceMark, 'PerformanceMark');
defineInterface(PerformanceMeasure, 'PerformanceMeasure');
registerPlatformObject(PerformanceEntry.prototype); // and with it what inherits from it

module.exports = {
  PerformanceEntry, PerformanceMark, PerformanceMeasure,
  internals: {
    __proto__: null,
    nameOf: internals.nameOf, startOf: internals.startOf, typeOf: internals.typeOf,
    requireTime, toTime,
    createMeasure: (name, startTime, duration, detail) => new PerformanceMeasure(kCreate, name, startTime, duration, copyDetail(detail)),
  },
};
