// Connects the line to the program, the store and what shows it. Nothing here makes HTML of text.
import { HeatMap } from './heatmap.js';
import { count, duration, percent } from './format.js';
import { setText, showFoot, showHistory, showStall, showTables, showTiles } from './panels.js';
import { Store } from './store.js';
import { Stream, rememberToken, takeToken } from './stream.js';
import { Theme } from './theme.js';
import { verdictOf } from './verdict.js';

const $ = (id) => document.getElementById(id);
const kShortcutsKey = 'millrace-shortcuts';
const kAbout = {
  task_duration: 'From the start of a callback to the end of its microtasks; all kinds together.',
  timer_lateness: 'From the moment a timer was due to its start: the lag of the loop, as its users feel it.',
  post_wait: 'From a post by another thread to its start on the loop.',
};

const store = new Store();
let held = null; // what the page shows while it is held still
let heldAt = 0;
let which = 'task_duration';
let announced = '';
let waiting = false; // for a frame of the screen

const heat = new HeatMap($('heat'), $('heat-map'), $('heat-readout'));
const theme = new Theme($('theme-text'), () => show());
const stream = new Stream({ event: onEvent, state: onState });

function onEvent(name, data) {
  if (name === 'hello') store.hello(data);
  else if (name === 'frame') store.frame(data);
  else if (name === 'status') store.status(data);
  if (name === 'frame' && store.stall !== null && store.responding) store.stall = null;
  show();
}

function onState(state, { seconds = 0, reason = '' }) {
  store.line = state;
  store.retryS = seconds;
  if (reason !== '') store.reason = `Lost: ${reason}`;
  if (state === 'refused') askForToken('The program answers, but it does not know this token. It prints a new one whenever it starts.');
  else if (state === 'open') $('token-panel').hidden = true;
  show();
}

function askForToken(reason) {
  $('token-reason').textContent = `${reason} It is in the address that the program printed when it started.`;
  $('token-panel').hidden = false;
  $('token').focus();
}

/// At the next frame of the screen; a page in the background costs nothing.
function show() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    showConnection();
    showVerdict();
    showAll(held ?? store);
  });
}

function showConnection() {
  const [state, text] = connection();
  $('connection').dataset.state = state;
  setText('connection-text', text);
}

function connection() {
  if (store.line === 'ended') return ['waiting', 'the program has ended'];
  if (store.line === 'refused') return ['lost', 'token refused'];
  if (store.line === 'waiting') return ['lost', `no connection, again in ${store.retryS} s`];
  if (store.line !== 'open') return ['waiting', 'connecting'];
  if (!store.responding) return ['stuck', `no answer for ${duration(store.age)}`];
  if (held !== null) return ['paused', `held for ${Math.round((Date.now() - heldAt) / 1000)} s`];
  return ['live', 'live'];
}

// The verdict is never held: who pauses to read must still learn that the program has stopped answering.
function showVerdict() {
  const verdict = verdictOf(store);
  $('verdict').dataset.level = verdict.level;
  setText('verdict-heading', verdict.heading);
  setText('verdict-text', verdict.text);
  // Spoken when the state of affairs changes, not when its figures do.
  const kind = `${verdict.level} ${verdict.heading.replace(/[\d.,]+.*/, '')}`;
  if (kind !== announced && verdict.level !== 'waiting') {
    if (announced !== '' || verdict.level !== 'good') setText('announcement', `${verdict.heading}. ${verdict.text}`);
    announced = kind;
  }
  const marks = { bad: '■ ', warn: '▲ ', good: '', waiting: '' };
  const busy = store.latest !== null && verdict.level === 'good' ? `${percent(store.latest.loop.utilization)} % · ` : '';
  document.title = `${marks[verdict.level]}${busy}${verdict.level === 'bad' ? `${verdict.heading} · ` : ''}${store.about.title}`;
  showStall(store);
}

function showAll(from) {
  setText('title', from.about.title);
  setText('details', from.about.details);
  setText('heat-about', kAbout[which]);
  heat.update({ rows: from.rows, which, ends: from.about.bands_s, now: from.now, silentSince: from.silentSince });
  setText('heat-most', count(Math.ceil(heat.most)));
  showTiles(from);
  showTables(from);
  showHistory(from, which);
  showFoot(from);
}

function togglePause() {
  held = held === null ? store.still() : null;
  heldAt = Date.now();
  $('pause').setAttribute('aria-pressed', String(held !== null));
  $('pause').firstChild.data = held === null ? 'Pause ' : 'Go on ';
  show();
}

function choose(name) {
  which = name;
  document.querySelector(`input[name="heat"][value="${name}"]`).checked = true;
  show();
}

const keys = {
  p: togglePause,
  t: () => theme.next(),
  '?': () => $('help-dialog').showModal(),
  1: () => choose('task_duration'),
  2: () => choose('timer_lateness'),
  3: () => choose('post_wait'),
};
addEventListener('keydown', (event) => {
  const writes = event.target instanceof HTMLInputElement && event.target.type !== 'radio' && event.target.type !== 'checkbox';
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || writes || $('help-dialog').open || !$('shortcuts').checked) return;
  const act = keys[event.key.toLowerCase()];
  if (act === undefined) return;
  event.preventDefault();
  act();
});
$('pause').addEventListener('click', togglePause);
$('theme').addEventListener('click', () => theme.next());
$('help').addEventListener('click', () => $('help-dialog').showModal());
$('shortcuts').checked = localStorage.getItem(kShortcutsKey) !== 'off';
$('shortcuts').addEventListener('change', () => localStorage.setItem(kShortcutsKey, $('shortcuts').checked ? 'on' : 'off'));
for (const radio of document.querySelectorAll('input[name="heat"]')) radio.addEventListener('change', () => choose(radio.value));
$('history').addEventListener('toggle', show);
$('token-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const token = $('token').value.trim();
  rememberToken(token);
  $('token').value = '';
  stream.connect(token);
});
new ResizeObserver(show).observe($('main'));
setInterval(() => {
  if (store.line !== 'open' || !store.responding || held !== null) show(); // ages grow
}, 500);
addEventListener('hashchange', () => {
  const token = takeToken();
  if (token) stream.connect(token);
});

const token = takeToken();
if (token) stream.connect(token);
else askForToken('Whoever may see these figures has a token.');
