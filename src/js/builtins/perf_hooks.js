// `node:perf_hooks`, as much of it as there is.
'use strict';

const { Performance, performance } = require('performance');
const { PerformanceEntry, PerformanceMark, PerformanceMeasure } = require('performance_entry');
const { PerformanceObserver, PerformanceObserverEntryList } = require('performance_observer');

module.exports = {
  Performance, PerformanceEntry, PerformanceMark, PerformanceMeasure, PerformanceObserver, PerformanceObserverEntryList, performance,
};
