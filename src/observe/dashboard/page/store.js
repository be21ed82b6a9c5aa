// What is known of the program: two minutes of rows, the latest frame, and how the line to it is.
import { kWindowS } from './canvas.js';

export class Store {
  about = { title: 'Millrace', details: '', bands_s: [], interval_s: 1, metrics: false };
  rows = []; // oldest first, without gaps of our making
  latest = null; // the latest frame, with its lists
  line = 'connecting';
  reason = '';
  retryS = 0;
  responding = true;
  age = 0; // of the latest frame, in seconds, when the loop does not answer
  stall = null;
  #skewMs = null; // the clock of that machine minus ours

  hello(hello) {
    this.about = hello;
    this.rows = hello.history;
    this.latest = null;
    this.status({ responding: true, age_s: 0, stall: null });
  }

  frame(frame) {
    this.latest = frame;
    this.#skewMs = Date.parse(frame.time) - Date.now();
    if (this.rows.at(-1)?.sequence !== frame.sequence) this.rows.push(frame);
    const oldest = Date.parse(frame.time) - (kWindowS + 5) * 1000;
    this.rows = this.rows.filter((row) => Date.parse(row.time) > oldest);
  }

  status(status) {
    this.responding = status.responding;
    this.age = status.age_s;
    this.stall = status.stall;
  }

  /// The right edge of pictures, in ms by the clock of that machine: the latest frame, or later when it does not come.
  get now() {
    const last = this.rows.length > 0 ? Date.parse(this.rows.at(-1).time) : Date.now();
    const late = this.line === 'open' && this.responding ? 0 : Date.now() + (this.#skewMs ?? 0) - last;
    return last + (this.line === 'ended' ? 0 : Math.max(late, 0));
  }

  get silentSince() {
    if (this.rows.length === 0 || this.line === 'ended' || (this.line === 'open' && this.responding)) return null;
    return Date.parse(this.rows.at(-1).time);
  }

  /// A copy that stays as it is, for a page that is held still.
  still() {
    const copy = Object.assign(Object.create(Store.prototype, {
      now: { value: this.now },
      silentSince: { value: this.silentSince },
    }), { about: this.about, rows: [...this.rows], latest: this.latest, line: this.line, reason: this.reason, responding: this.responding,
      age: this.age, stall: this.stall });
    return copy;
  }
}

/// What is ready to run and waits in a row.
export function queuedIn(row) {
  return row.depths.posted + row.depths.immediates + row.depths.closing;
}
