// User Timing and the Performance Timeline: marks, measures, the buffer, observers, and performance as an event target.
'use strict';
const assert = require('node:assert');
const util = require('node:util');
const hooks = require('node:perf_hooks');

const classes = { PerformanceEntry, PerformanceMark, PerformanceMeasure, PerformanceObserver, PerformanceObserverEntryList };
const invalidThis = { name: 'TypeError', code: 'ERR_INVALID_THIS' };
const names = (entries) => entries.map((entry) => entry.name).join(' ');
const clear = () => {
  performance.clearMarks();
  performance.clearMeasures();
};
const nextImmediate = () => new Promise((resolve) => setImmediate(resolve));

{ // interfaces
  for (const [name, Class] of Object.entries(classes)) {
    assert.deepStrictEqual({ ...Object.getOwnPropertyDescriptor(globalThis, name) }, { value: Class, writable: true, enumerable: false, configurable: true });
    assert.strictEqual(hooks[name], Class);
    assert.strictEqual(Class.name, name);
    assert.strictEqual(Class.prototype[Symbol.toStringTag], name);
    for (const key of Object.getOwnPropertyNames(Class.prototype)) {
      const { get, value, enumerable } = Object.getOwnPropertyDescriptor(Class.prototype, key);
      assert.strictEqual(enumerable, key !== 'constructor', key);
      if (key === 'constructor') continue;
      for (const stranger of [{}, Class.prototype, performance, undefined]) assert.throws(() => (get ?? value).call(stranger, 'x'), stranger ? invalidThis : TypeError, key);
    }
  }
  for (const Class of [PerformanceEntry, PerformanceMeasure, PerformanceObserverEntryList])
    assert.throws(() => new Class('a', 'b'), { name: 'TypeError', code: 'ERR_ILLEGAL_CONSTRUCTOR', message: 'Illegal constructor' });
  assert.strictEqual(Object.getPrototypeOf(PerformanceMark), PerformanceEntry);
  assert.strictEqual(Object.getPrototypeOf(PerformanceMeasure.prototype), PerformanceEntry.prototype);
  assert.strictEqual(PerformanceMark.length, 1);
  assert.strictEqual(PerformanceObserver.length, 1);
  for (const [name, length] of Object.entries({ mark: 1, measure: 1, clearMarks: 0, clearMeasures: 0, getEntries: 0, getEntriesByName: 1, getEntriesByType: 1 })) {
    const descriptor = Object.getOwnPropertyDescriptor(Performance.prototype, name);
    assert.strictEqual(descriptor.value.length, length, name);
    assert.strictEqual(descriptor.enumerable, true);
    assert.throws(() => descriptor.value.call({}, 'x'), invalidThis);
  }
  const read = Object.getOwnPropertyDescriptor(PerformanceMeasure.prototype, 'detail').get;
  assert.throws(() => read.call(performance.mark('not a measure')), invalidThis);
  clear();
}

{ // marks
  const before = performance.now();
  const mark = performance.mark('a');
  assert.ok(mark instanceof PerformanceMark && mark instanceof PerformanceEntry);
  assert.ok(mark.startTime >= before && mark.startTime <= performance.now());
  assert.deepStrictEqual(mark.toJSON(), { name: 'a', entryType: 'mark', startTime: mark.startTime, duration: 0, detail: null });
  assert.strictEqual(util.inspect(performance.mark('b', { startTime: 5, detail: { x: 1 } })),
    "PerformanceMark {\n  name: 'b',\n  entryType: 'mark',\n  startTime: 5,\n  duration: 0,\n  detail: { x: 1 }\n}");
  assert.strictEqual(performance.mark(12).name, '12');
  assert.strictEqual(performance.mark('c', { startTime: '7' }).startTime, 7);
  assert.strictEqual(performance.mark('c', { startTime: null }).startTime, 0);
  assert.strictEqual(performance.mark('c', null).detail, null);
  const detail = { deep: { date: new Date(1) } };
  const { detail: copy } = performance.mark('d', { detail });
  assert.deepStrictEqual(copy, detail);
  assert.notStrictEqual(copy.deep, detail.deep);
  for (const value of [0, '', false, 5n, NaN]) assert.ok(Object.is(performance.mark('d', { detail: value }).detail, value));
  const order = [];
  performance.mark({ toString() { order.push('name'); return 'n'; } }, {
    get startTime() { order.push('startTime'); return 1; }, get detail() { order.push('detail'); return 1; },
  });
  assert.deepStrictEqual(order, ['name', 'detail', 'startTime']);
  const count = performance.getEntries().length;
  assert.throws(() => performance.mark(), { name: 'TypeError', code: 'ERR_MISSING_ARGS', message: 'The "name" argument must be specified' });
  assert.throws(() => performance.mark(Symbol('s')), TypeError);
  assert.throws(() => performance.mark('a', 3), { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => performance.mark('a', { startTime: -1 }), { name: 'TypeError', code: 'ERR_PERFORMANCE_INVALID_TIMESTAMP', message: '-1 is not a valid timestamp' });
  for (const startTime of [NaN, Infinity, 'x', {}]) assert.throws(() => performance.mark('a', { startTime }), TypeError);
  for (const detail of [() => {}, Symbol('s')]) assert.throws(() => performance.mark('a', { detail }), { name: 'DataCloneError' });
  assert.strictEqual(performance.getEntries().length, count, 'what failed is not kept');
  assert.strictEqual(new PerformanceMark('alone', { startTime: 3 }).startTime, 3);
  assert.strictEqual(performance.getEntriesByName('alone').length, 0, 'the constructor keeps nothing');
  assert.throws(() => structuredClone(mark), { name: 'DataCloneError' });
  clear();
  assert.deepStrictEqual(performance.getEntries(), []);
}

{ // measures
  performance.mark('one', { startTime: 10 });
  performance.mark('two', { startTime: 30 });
  performance.mark('one', { startTime: 20 });
  const times = (...args) => {
    const measure = performance.measure('m', ...args);
    assert.ok(measure instanceof PerformanceMeasure);
    assert.strictEqual(measure.entryType, 'measure');
    return [measure.startTime, measure.duration];
  };
  assert.deepStrictEqual(times('one', 'two'), [20, 10], 'the latest mark of a name');
  assert.deepStrictEqual(times('two', 'one'), [30, -10]);
  assert.deepStrictEqual(times({ start: 'one', end: 'two' }), [20, 10]);
  assert.deepStrictEqual(times({ start: 5, duration: 6 }), [5, 6]);
  assert.deepStrictEqual(times({ end: 'two', duration: 6 }), [24, 6]);
  assert.deepStrictEqual(times({ start: 1, end: 3 }), [1, 2]);
  assert.deepStrictEqual(times({}, 'two'), [0, 30]);
  assert.deepStrictEqual(times(undefined, 'two'), [0, 30]);
  assert.deepStrictEqual(times(null, 'two'), [0, 30]);
  assert.deepStrictEqual(times({ end: 7 }), [0, 7]);
  assert.strictEqual(performance.measure('now').startTime, 0);
  assert.ok(performance.measure('now').duration <= performance.now());
  assert.strictEqual(times({ start: 'one' })[0], 20);
  const detail = { a: 1 };
  const measure = performance.measure('d', { start: 0, end: 1, detail });
  assert.deepStrictEqual(measure.detail, detail);
  assert.notStrictEqual(measure.detail, detail);
  assert.strictEqual(performance.measure('d').detail, null);
  const invalid = (message) => ({ name: 'TypeError', code: 'ERR_PERFORMANCE_MEASURE_INVALID_OPTIONS', message });
  assert.throws(() => performance.measure('m', { start: 1 }, 'two'), invalid('endMark must not be specified'));
  for (const options of [{ detail: 1 }, { duration: 1 }]) assert.throws(() => performance.measure('m', options), invalid('One of options.start or options.end is required'));
  assert.throws(() => performance.measure('m', { start: 1, end: 2, duration: 1 }), invalid('Must not have options.start, options.end, and options.duration specified'));
  for (const args of [['none'], ['one', 'none'], [{ start: 'none' }], [{ end: 'none' }], ['5']])
    assert.throws(() => performance.measure('m', ...args), { name: 'SyntaxError', code: 12, message: /performance mark has not been set$/ });
  for (const options of [{ start: -1 }, { end: -1 }, { start: 0, duration: -1 }])
    assert.throws(() => performance.measure('m', options), { name: 'TypeError', code: 'ERR_PERFORMANCE_INVALID_TIMESTAMP' });
  assert.throws(() => performance.measure('m', { start: NaN }), TypeError);
  assert.throws(() => performance.measure('m', { start: 1, duration: 'x' }), TypeError);
  assert.throws(() => performance.measure(), { code: 'ERR_MISSING_ARGS' });
  const order = [];
  performance.measure('m', new Proxy({ start: 1 }, { get: (target, key) => (order.push(key), target[key]) }));
  assert.deepStrictEqual(order, ['detail', 'duration', 'end', 'start']);
  clear();
}

{ // the buffer
  performance.mark('late', { startTime: 9 });
  performance.mark('early', { startTime: 1 });
  performance.mark('same', { startTime: 1 });
  performance.measure('late', { start: 5, end: 6 });
  assert.strictEqual(names(performance.getEntries()), 'early same late late');
  assert.strictEqual(names(performance.getEntriesByType('mark')), 'early same late');
  assert.deepStrictEqual(performance.getEntriesByName('late').map((entry) => entry.entryType), ['measure', 'mark']);
  assert.deepStrictEqual(performance.getEntriesByName('late', 'mark').map((entry) => entry.startTime), [9]);
  for (const type of ['', 'Mark', 'resource', '__proto__', 'constructor']) assert.deepStrictEqual(performance.getEntriesByType(type), []);
  assert.deepStrictEqual(performance.getEntriesByName('__proto__'), []);
  assert.throws(() => performance.getEntriesByType(), { code: 'ERR_MISSING_ARGS' });
  assert.throws(() => performance.getEntriesByName(), { code: 'ERR_MISSING_ARGS' });
  const list = performance.getEntries();
  assert.notStrictEqual(list, performance.getEntries());
  list.length = 0;
  assert.strictEqual(performance.getEntries().length, 4);
  performance.clearMarks('late');
  assert.strictEqual(names(performance.getEntries()), 'early same late');
  performance.clearMarks('none');
  performance.clearMarks(undefined);
  assert.strictEqual(names(performance.getEntries()), 'late');
  performance.clearMeasures('late');
  assert.deepStrictEqual(performance.getEntries(), []);
  // Prototypes that were tampered with: nobody is asked.
  Object.defineProperty(Array.prototype, 0, { set() { throw new Error('never'); }, configurable: true });
  const { sort } = Array.prototype;
  Array.prototype.sort = () => { throw new Error('never'); };
  try {
    performance.mark('x');
    assert.strictEqual(performance.getEntries()[0].name, 'x');
  } finally {
    delete Array.prototype[0];
    Array.prototype.sort = sort;
  }
  clear();
}

{ // an event target
  assert.ok(performance instanceof EventTarget);
  let seen = 0;
  performance.addEventListener('x', function(event) {
    assert.strictEqual(this, performance);
    assert.strictEqual(event.target, performance);
    seen++;
  });
  performance.dispatchEvent(new Event('x'));
  assert.strictEqual(seen, 1);
}

{ // what observe() refuses
  assert.throws(() => new PerformanceObserver(), { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => PerformanceObserver(() => {}), TypeError);
  const observer = new PerformanceObserver(() => {});
  for (const options of [undefined, null, {}, { buffered: true }]) assert.throws(() => observer.observe(options), { name: 'TypeError', code: 'ERR_MISSING_ARGS' });
  assert.throws(() => observer.observe({ entryTypes: ['mark'], type: 'mark' }), TypeError);
  assert.throws(() => observer.observe({ entryTypes: ['mark'], buffered: false }), TypeError);
  for (const entryTypes of ['mark', 3, {}]) assert.throws(() => observer.observe({ entryTypes }), TypeError);
  assert.throws(() => observer.observe(3), TypeError);
  observer.observe({ type: 'mark' });
  assert.throws(() => observer.observe({ entryTypes: ['mark'] }), { name: 'InvalidModificationError' });
  assert.strictEqual(util.inspect(observer), "PerformanceObserver { connected: true, pending: false, entryTypes: [ 'mark' ], buffer: [] }");
  observer.disconnect();
  observer.observe({ entryTypes: ['measure', 'nothing', 'measure'] });
  assert.throws(() => observer.observe({ type: 'mark' }), { name: 'InvalidModificationError' });
  observer.disconnect();
  observer.disconnect();
  observer.observe({ type: 'nothing' });
  observer.disconnect();
  assert.deepStrictEqual([...PerformanceObserver.supportedEntryTypes], ['mark', 'measure']);
  assert.strictEqual(PerformanceObserver.supportedEntryTypes, PerformanceObserver.supportedEntryTypes);
  assert.ok(Object.isFrozen(PerformanceObserver.supportedEntryTypes));
  assert.throws(() => structuredClone(observer), { name: 'DataCloneError' });
}

(async () => {
  { // one task for what one task made, after its microtasks
    const log = [];
    const all = new PerformanceObserver(function(list, observer, options) {
      assert.strictEqual(this, all);
      assert.strictEqual(observer, all);
      assert.ok(list instanceof PerformanceObserverEntryList);
      log.push(`${names(list.getEntries())} ${options.droppedEntriesCount}`);
      assert.strictEqual(names(list.getEntriesByType('measure')), log.length === 1 ? 'late' : '');
      assert.strictEqual(list.getEntriesByName('early').length, log.length === 1 ? 1 : 0);
      assert.strictEqual(list.getEntriesByName('early', 'measure').length, 0);
      if (log.length === 1) assert.match(util.inspect(list), /^PerformanceObserverEntryList \[\n  PerformanceMark \{/);
    });
    all.observe({ entryTypes: ['mark', 'measure'] });
    const marks = new PerformanceObserver((list) => log.push(`marks ${names(list.getEntries())}`));
    marks.observe({ type: 'mark' });
    performance.measure('late', { start: 5, end: 6 });
    performance.mark('early', { startTime: 1 });
    performance.clearMarks();
    Promise.resolve().then(() => performance.mark('micro', { startTime: 9 }));
    assert.deepStrictEqual(log, []);
    await nextImmediate();
    assert.deepStrictEqual(log, ['early late micro 0', 'marks early micro']);
    performance.mark('again');
    assert.strictEqual(names(marks.takeRecords()), 'again');
    assert.deepStrictEqual(marks.takeRecords(), []);
    await nextImmediate();
    assert.deepStrictEqual(log.slice(2), ['again undefined']);
    all.observe({ entryTypes: ['measure'] }); // takes the place of what it observed
    performance.mark('not observed');
    marks.disconnect();
    await nextImmediate();
    assert.strictEqual(log.length, 3);
    all.disconnect();
    clear();
  }
  { // what was there before
    performance.mark('first');
    performance.mark('second');
    const seen = [];
    const observer = new PerformanceObserver((list) => seen.push(names(list.getEntries())));
    observer.observe({ type: 'mark', buffered: true });
    performance.mark('third');
    await nextImmediate();
    assert.deepStrictEqual(seen, ['first second third']);
    observer.observe({ type: 'measure' }); // besides marks
    performance.measure('m', 'first');
    performance.mark('fourth', { startTime: performance.now() + 1 });
    await nextImmediate();
    assert.strictEqual(seen[1], 'm fourth');
    observer.disconnect();
    clear();
  }
  { // a callback that throws spares the others; one that marks is called again; one that goes is not called
    const log = [];
    const once = new Promise((resolve) => process.once('uncaughtException', resolve));
    const thrower = new PerformanceObserver(() => {
      thrower.disconnect();
      throw new Error('of a callback');
    });
    let rounds = 0;
    const marker = new PerformanceObserver(() => {
      log.push('marker');
      gone.disconnect();
      if (++rounds < 3) performance.mark('more');
      else marker.disconnect();
    });
    const gone = new PerformanceObserver(() => log.push('gone'));
    thrower.observe({ type: 'mark' });
    marker.observe({ type: 'mark' });
    gone.observe({ type: 'mark' });
    performance.mark('x');
    assert.strictEqual((await once).message, 'of a callback');
    for (let i = 0; i < 4; i++) await nextImmediate();
    assert.deepStrictEqual(log, ['marker', 'marker', 'marker']);
    clear();
  }
  console.log('user timing: ok');
})();
