// The performance entry buffer and User Timing's methods on it: https://w3c.github.io/user-timing/#extensions-performance-interface
'use strict';

const { ArrayPrototypeSlice, ArrayPrototypeSort, SafeMap, TypeError, bareArray, isObject } = primordials;
const { performanceNow } = native;
const { DOMException } = require('dom_exception');
const { coded } = require('errors');
const { PerformanceMark, internals: entries } = require('performance_entry');
const { nameOf, requireTime, startOf, toTime, typeOf } = entries;

const ERR_PERFORMANCE_MEASURE_INVALID_OPTIONS = coded(TypeError, 'ERR_PERFORMANCE_MEASURE_INVALID_OPTIONS', (text) => text);

/// Of each type: whoever keeps as many leaks. What comes when there are so many is not kept (the standard's answer to a full buffer), but
/// observers are told of it, and how many were dropped. Node warns at this number and goes on.
const kEntriesMax = 1_000_000;

const makeBuffer = () => ({ __proto__: null, byName: new SafeMap(), count: 0, dropped: 0 });
const buffers = { __proto__: null, mark: makeBuffer(), measure: makeBuffer() };

let order = 0; // of entries with one start time
let onEntry = null; // (entry) => void: what performance_observer.js brings

/// Keeps the entry and tells observers.
function add(entry) {
  const buffer = buffers[typeOf(entry)];
  if (buffer.count >= kEntriesMax) {
    buffer.dropped++;
  } else {
    const name = nameOf(entry);
    let list = buffer.byName.get(name);
    if (list === undefined) buffer.byName.set(name, list = bareArray());
    list[list.length] = { entry, start: startOf(entry), order: order++ };
    buffer.count++;
  }
  if (onEntry !== null) onEntry(entry);
  return entry;
}

function clear(buffer, name) {
  if (name === undefined) {
    buffer.byName.clear();
    buffer.count = 0;
    return;
  }
  const list = buffer.byName.get(name);
  if (list === undefined) return;
  buffer.byName.delete(name);
  buffer.count -= list.length;
}

/// Entries in the order of their start, oldest first; of any name, or any type, when it is undefined.
function find(name, type) {
  const found = bareArray();
  for (const key in buffers) {
    if (type !== undefined && type !== key) continue;
    const { byName } = buffers[key];
    const take = (list) => {
      for (let i = 0; i < list.length; i++) found[found.length] = list[i];
    };
    if (name === undefined) byName.forEach(take);
    else if (byName.has(name)) take(byName.get(name));
  }
  ArrayPrototypeSort(found, (a, b) => a.start - b.start || a.order - b.order);
  for (let i = 0; i < found.length; i++) found[i] = found[i].entry;
  return ArrayPrototypeSlice(found); // an array with its prototype
}

// ---- measure() ------------------------------------------------------------------------------------------------------

const isNumber = (mark) => typeof mark === 'number';

/// Of a name or a time.
function timeOf(mark) {
  if (isNumber(mark)) return requireTime(mark);
  const list = buffers.mark.byName.get(mark);
  if (list === undefined) throw new DOMException(`The "${mark}" performance mark has not been set`, 'SyntaxError');
  return list[list.length - 1].start;
}

/// Web IDL's (DOMString or DOMHighResTimeStamp).
function toMark(value, name) {
  if (value === undefined) return undefined;
  return isNumber(value) ? toTime(value, name) : `${value}`;
}

function mark(markName, markOptions) {
  return add(new PerformanceMark(markName, markOptions));
}

function measure(measureName, startOrMeasureOptions, endMark) {
  const name = `${measureName}`;
  const options = { __proto__: null, detail: undefined, duration: undefined, end: undefined, start: undefined };
  let startMark;
  if (isObject(startOrMeasureOptions)) {
    // In the order in which Web IDL reads the members of a dictionary.
    options.detail = startOrMeasureOptions.detail;
    const { duration } = startOrMeasureOptions;
    if (duration !== undefined) options.duration = toTime(duration, 'options.duration');
    options.end = toMark(startOrMeasureOptions.end, 'options.end');
    options.start = toMark(startOrMeasureOptions.start, 'options.start');
  } else if (startOrMeasureOptions !== undefined && startOrMeasureOptions !== null) {
    startMark = `${startOrMeasureOptions}`;
  }
  const { detail, duration, end, start } = options;
  const last = endMark === undefined ? undefined : `${endMark}`;
  if (start !== undefined || end !== undefined || duration !== undefined || detail !== undefined) {
    if (last !== undefined) throw new ERR_PERFORMANCE_MEASURE_INVALID_OPTIONS('endMark must not be specified');
    if (start === undefined && end === undefined)
      throw new ERR_PERFORMANCE_MEASURE_INVALID_OPTIONS('One of options.start or options.end is required');
    if (start !== undefined && end !== undefined && duration !== undefined)
      throw new ERR_PERFORMANCE_MEASURE_INVALID_OPTIONS('Must not have options.start, options.end, and options.duration specified');
  }

  let endTime;
  if (last !== undefined) endTime = timeOf(last);
  else if (end !== undefined) endTime = timeOf(end);
  else if (start !== undefined && duration !== undefined) endTime = timeOf(start) + requireTime(duration);
  else endTime = performanceNow();

  let startTime = 0;
  if (start !== undefined) startTime = timeOf(start);
  else if (duration !== undefined && end !== undefined) startTime = timeOf(end) - requireTime(duration);
  else if (startMark !== undefined) startTime = timeOf(startMark);

  return add(entries.createMeasure(name, startTime, endTime - startTime, detail));
}

module.exports = {
  find, mark, measure,
  clearMarks: (name) => clear(buffers.mark, name),
  clearMeasures: (name) => clear(buffers.measure, name),
  droppedOf: (type) => buffers[type].dropped,
  kEntriesMax,
  connect(observe) {
    onEntry = observe;
  },
};
