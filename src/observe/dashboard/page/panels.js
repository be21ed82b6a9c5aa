// Every part of the page but the heat map, filled from a store.
import { bytes, bytesParts, count, digits, duration, durationParts, percent, round, timeOfDay, timeZone } from './format.js';
import { drawSparkline } from './sparkline.js';
import { fillTable } from './tables.js';
import { levelOf, limits } from './verdict.js';
import { queuedIn } from './store.js';

const $ = (id) => document.getElementById(id);

export function setText(id, text) {
  const element = $(id);
  if (element.textContent !== text) element.textContent = text;
}

function setFigure(id, [number, unit], level = 'good') {
  const element = $(id);
  const text = unit === '' ? number : `${number}\u00a0${unit}`;
  if (element.dataset.text !== text) {
    element.dataset.text = text;
    const small = document.createElement('small');
    small.textContent = unit;
    element.replaceChildren(number, unit === '' ? '' : ' ', small);
  }
  element.parentElement.dataset.level = level;
}

function spark(store, id, value, words, most = null) {
  const rows = store.rows.map((row) => ({ time: Date.parse(row.time), span: row.span_s, value: value(row) }));
  const known = rows.map((row) => row.value).filter((one) => one !== null);
  const spread = known.length === 0 ? 'nothing yet' : `between ${words.unit(Math.min(...known))} and ${words.unit(Math.max(...known))}`;
  drawSparkline($(`${id}-chart`), rows, store.now, most, `${words.name} in the last two minutes: ${spread}`);
}

export function showTiles(store) {
  const frame = store.latest;
  if (frame !== null) {
    const { loop, latency, memory } = frame;
    setFigure('busy', [percent(loop.utilization), '%'], levelOf(loop.utilization, limits.busyWarn, limits.busyBad));
    const late = latency.timer_lateness;
    if (late.count > 0) setFigure('late', durationParts(late.p99_s), levelOf(late.p99_s, limits.lateWarnS, limits.lateBadS));
    else setFigure('late', ['–', '']);
    setText('late-note', late.count > 0 ? `99 of 100 timers, at most; the worst ${duration(late.max_s)}` : 'no timer was due');
    setFigure('tasks', [digits(loop.tasks_per_s), '/s']);
    const took = latency.task_duration;
    setText('tasks-note', took.count > 0 ? `99 of 100 up to ${duration(took.p99_s)}; the longest ${duration(took.max_s)}` : 'none ran');
    setFigure('queued', [count(queuedIn(frame)), '']);
    setFigure('memory', bytesParts(memory.resident_bytes));
    setText('memory-note', memory.heap_used_bytes === null ? 'of the process, resident'
      : `resident; heap ${bytes(memory.heap_used_bytes)} of ${bytes(memory.heap_capacity_bytes)}`);
    setFigure('errors', [count(frame.errors.total), ''], frame.errors.total > 0 ? 'warn' : 'good');
    const [last] = frame.errors.listed;
    setText('errors-note', last === undefined ? 'since the start' : `since the start; the last at ${timeOfDay(last.when)}`);
  }
  spark(store, 'busy', (row) => row.loop.utilization, { name: 'Busy', unit: (value) => `${percent(value)} %` }, 1);
  spark(store, 'late', (row) => (row.latency.timer_lateness.count > 0 ? row.latency.timer_lateness.p99_s : null),
    { name: 'Timer lateness, 99th percentile,', unit: duration });
  spark(store, 'tasks', (row) => row.loop.tasks_per_s, { name: 'Callbacks a second', unit: digits });
  spark(store, 'queued', queuedIn, { name: 'Queued', unit: count });
  spark(store, 'memory', (row) => row.memory.resident_bytes, { name: 'Resident memory', unit: bytes });
}

const kQueues = [
  ['posted', 'Posted tasks, accepted and not run'],
  ['immediates', 'Immediates'],
  ['closing', 'Closing callbacks'],
  ['timers', 'Timers of the loop'],
  ['watches', 'Watched descriptors'],
  ['promises', 'Pending promises of C++'],
  ['holds', 'Holds: workers, signals, hosts'],
];

function showQueues(store) {
  const frame = store.latest;
  const named = frame.queues.map(({ name }) => [name, (row) => row.queues.find((queue) => queue.name === name)?.waiting ?? 0]);
  const all = [...kQueues.map(([key, name]) => [name, (row) => row.depths[key]]), ...named];
  fillTable($('queues-rows'), all.map(([name, read]) => {
    const most = Math.max(...store.rows.map(read), read(frame));
    const rows = store.rows.map((row) => ({ time: Date.parse(row.time), span: row.span_s, value: read(row) }));
    return [{ text: name, heading: true }, { className: 'spark', draw: (canvas) => drawSparkline(canvas, rows, store.now, null, null) },
      { text: count(read(frame)), className: 'n' }, { text: count(most), className: 'n' }];
  }), 'Nothing is known of queues.');
}

function showSlow({ slow }) {
  setText('slow-total', slow.total > slow.listed.length ? `the last ${slow.listed.length} of ${count(slow.total)}` : `${count(slow.total)} since the start`);
  fillTable($('slow-rows'), slow.listed.map((one) => [
    { text: timeOfDay(one.when), className: 'when' }, { text: duration(one.duration_s), className: 'n' },
    { text: duration(one.cpu_s), className: 'n' }, one.kind, { text: one.site === '' ? '–' : one.site, className: 'wide mono' },
  ]), 'None. Callbacks that hold the loop up are listed here.');
}

function showHandles({ handles }) {
  setText('handles-total', `${count(handles.total)}, of which ${count(handles.referenced)} keep the program alive`
    + (handles.listed.length < handles.total ? `; ${count(handles.listed.length)} are listed` : ''));
  fillTable($('handles-rows'), handles.listed.map((one) => [
    one.kind, { text: one.what, className: 'wide' }, { text: duration(one.due_in_s), className: 'n' },
    { text: round(duration(one.delay_s)), className: 'n' }, one.referenced ? 'yes' : 'no',
  ]), 'None: nothing keeps the program alive but what runs.');
}

function showErrors({ errors }) {
  setText('errors-total', errors.total > errors.listed.length ? `the last ${errors.listed.length} of ${count(errors.total)}` : `${count(errors.total)} since the start`);
  fillTable($('errors-rows'), errors.listed.map((one) => [
    { text: timeOfDay(one.when), className: 'when' }, { text: one.level, className: 'level', level: one.level },
    { text: `${one.category}: ${one.message}`, className: 'wide' }, { text: one.correlation_id ?? '–', className: 'id mono' },
  ]), 'None so far.');
}

export function showTables(store) {
  const frame = store.latest;
  if (frame === null) return;
  showQueues(store);
  showSlow(frame);
  showHandles(frame);
  showErrors(frame);
}

export function showHistory(store, which) {
  if (!$('history').open) return;
  const words = { task_duration: 'callbacks', timer_lateness: 'timers late', post_wait: 'posts waiting' }[which];
  setText('history-caption', `Seconds, the newest first; medians and percentiles: ${words}`);
  fillTable($('history-rows'), store.rows.toReversed().map((row) => {
    const { count: measured, p50_s, p90_s, p99_s, max_s } = row.latency[which];
    const known = (value) => ({ text: measured === 0 ? '–' : duration(value), className: 'n' });
    const figure = (text) => ({ text, className: 'n' });
    return [{ text: timeOfDay(row.time), heading: true }, figure(`${percent(row.loop.utilization)} %`), figure(digits(row.loop.tasks_per_s)),
      figure(count(measured)), known(p50_s), known(p90_s), known(p99_s), known(max_s), figure(count(queuedIn(row))),
      figure(bytes(row.memory.resident_bytes)), figure(bytes(row.memory.heap_used_bytes))];
  }), 'No second has passed yet.');
}

export function showStall(store) {
  const stuck = store.line === 'open' && !store.responding && store.stall !== null;
  $('stall-panel').hidden = !stuck;
  if (!stuck) return;
  const { number, lasted_s: lasted, stack, stack_missing: missing, script_stack: script, script_missing: scriptMissing } = store.stall;
  setText('stall-text', `Stall ${number}: seen after ${duration(lasted)}.`);
  setText('stall-script', script.length > 0 ? script.join('\n') : scriptMissing || 'nobody was asked');
  setText('stall-stack', stack.length > 0 ? stack.join('\n') : missing);
}

export function showFoot(store) {
  const frame = store.latest;
  if (frame === null) return;
  const heap = frame.memory.heap_age_s > 1.5 ? ` The heap is that of ${duration(frame.memory.heap_age_s)} before.` : '';
  setText('foot', `Figures of ${timeOfDay(frame.time)} (${timeZone}), of the ${duration(frame.span_s)} before.${heap} The loop is ${frame.loop.state}; `
    + `${count(frame.totals.ticks)} ticks since the start. The same as JSON: /api/snapshot${store.about.metrics ? '; for Prometheus: /metrics' : ''}, with the token.`);
}
