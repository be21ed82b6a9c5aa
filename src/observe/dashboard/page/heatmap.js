// The heat map: a column for each second, a row for each band of durations, and the percentiles as lines over it.
import { colour, heatScale, kWindowS, place, prepare } from './canvas.js';
import { count, duration, timeOfDay } from './format.js';

const kLeft = 58;
const kBottom = 22;
const kTop = 4;
const kTicksS = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10];

/// One second in words: also what a screen reader says of it.
export function describe(row, which) {
  const { count: measured, p50_s, p99_s, max_s } = row.latency[which];
  const time = timeOfDay(row.time);
  const over = row.span_s > 1.5 ? ` (${duration(row.span_s)})` : '';
  if (measured === 0) return `${time}${over}: none`;
  return `${time}${over}: ${count(measured)}, half of them up to ${duration(p50_s)}, 99 of 100 up to ${duration(p99_s)}, the longest ${duration(max_s)}`;
}

export class HeatMap {
  #canvas;
  #slider;
  #readout;
  #ends = [];
  #rows = [];
  #which = 'task_duration';
  #now = 0;
  #silentSince = null;
  #chosen = null; // sequence of the row under the pointer or chosen with keys; null: none

  constructor(slider, canvas, readout) {
    this.#slider = slider;
    this.#canvas = canvas;
    this.#readout = readout;
    slider.addEventListener('keydown', (event) => this.#key(event));
    canvas.addEventListener('pointermove', (event) => this.#point(event));
    canvas.addEventListener('pointerleave', () => {
      if (document.activeElement !== slider) this.#choose(null);
    });
    slider.addEventListener('focus', () => this.#choose(this.#chosen ?? this.#rows.at(-1)?.sequence ?? null));
    slider.addEventListener('blur', () => this.#choose(null));
  }

  /// `now`: the right edge, in ms. `silentSince`: from when on the loop has told nothing, or null.
  update({ rows, which, ends, now, silentSince }) {
    this.#rows = rows;
    this.#which = which;
    this.#ends = ends;
    this.#now = now;
    this.#silentSince = silentSince;
    this.#choose(this.#chosen);
  }

  /// The most callbacks that one cell stands for, a second.
  get most() {
    return Math.max(1, ...this.#rows.map((row) => Math.max(...row.latency[this.#which].bands) / Math.max(row.span_s, 0.001)));
  }

  #choose(sequence) {
    const index = this.#rows.findIndex((row) => row.sequence === sequence);
    this.#chosen = index < 0 ? null : sequence;
    const row = index < 0 ? null : this.#rows[index];
    const words = row === null ? 'Point at a second, or use the arrow keys.' : describe(row, this.#which);
    if (this.#readout.textContent !== words) this.#readout.textContent = words;
    this.#slider.setAttribute('aria-valuemax', String(Math.max(this.#rows.length, 1)));
    this.#slider.setAttribute('aria-valuenow', String(index < 0 ? Math.max(this.#rows.length, 1) : index + 1));
    if (row !== null) this.#slider.setAttribute('aria-valuetext', words);
    else if (this.#rows.length > 0) this.#slider.setAttribute('aria-valuetext', describe(this.#rows.at(-1), this.#which));
    this.draw();
  }

  #key(event) {
    const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10, Home: -Infinity, End: Infinity };
    const step = steps[event.key];
    if (step === undefined || event.ctrlKey || event.altKey || event.metaKey || this.#rows.length === 0) return;
    event.preventDefault();
    const at = this.#rows.findIndex((row) => row.sequence === this.#chosen);
    const from = at < 0 ? this.#rows.length - 1 : at;
    this.#choose(this.#rows[Math.min(Math.max(from + step, 0), this.#rows.length - 1)].sequence);
  }

  #point(event) {
    const box = this.#canvas.getBoundingClientRect();
    const x = event.clientX - box.left;
    const time = this.#now - ((box.width - x) / (box.width - kLeft)) * kWindowS * 1000;
    const row = x < kLeft ? undefined : this.#rows.find((one) => time <= Date.parse(one.time) && time > Date.parse(one.time) - one.span_s * 1000);
    this.#choose(row?.sequence ?? null);
  }

  draw() {
    const area = prepare(this.#canvas);
    if (area === null || this.#ends.length === 0) return;
    const { context, width, height } = area;
    const bottom = height - kBottom;
    const bands = this.#ends.length + 1;
    const rowHeight = (bottom - kTop) / bands;
    const x = (time) => Math.max(kLeft, place(time, this.#now, kLeft, width));
    context.fillStyle = colour('sunk');
    context.fillRect(kLeft, kTop, width - kLeft, bottom - kTop);
    this.#axes(context, width, bottom, (seconds) => this.#y(seconds, bottom, rowHeight));

    const heat = heatScale();
    const scale = Math.log1p(this.most);
    for (const row of this.#rows) {
      const end = Date.parse(row.time);
      const [left, right] = [Math.floor(x(end - row.span_s * 1000)), Math.floor(x(end))];
      row.latency[this.#which].bands.forEach((value, band) => {
        if (value === 0 || right <= left) return;
        context.fillStyle = heat(Math.log1p(value / Math.max(row.span_s, 0.001)) / scale);
        context.fillRect(left, bottom - (band + 1) * rowHeight, Math.max(right - left - 0.5, 1), rowHeight - 0.5);
      });
    }
    this.#line(context, x, bottom, rowHeight, 'p50_s', colour('median'), []);
    this.#line(context, x, bottom, rowHeight, 'p99_s', colour('tail'), [5, 3]);
    if (this.#silentSince !== null) this.#hatch(context, x(this.#silentSince), width, bottom);
    this.#mark(context, x, bottom);
  }

  #y(seconds, bottom, rowHeight) {
    // Bands are of equal height; inside one, by the logarithm.
    const band = this.#ends.findIndex((end) => seconds <= end);
    if (band < 0) return bottom - (this.#ends.length + 0.5) * rowHeight;
    if (band === 0) return bottom - rowHeight * Math.max(0, seconds / this.#ends[0]);
    const [low, high] = [this.#ends[band - 1], this.#ends[band]];
    return bottom - (band + Math.log(seconds / low) / Math.log(high / low)) * rowHeight;
  }

  #axes(context, width, bottom, y) {
    context.font = `12px ${getComputedStyle(document.body).fontFamily}`;
    context.fillStyle = colour('quiet');
    context.strokeStyle = colour('edge');
    context.lineWidth = 1;
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    for (const tick of kTicksS) {
      const at = Math.round(y(tick)) + 0.5;
      context.fillText(duration(tick).replace(/\.\d+/, ''), kLeft - 8, at);
      context.beginPath();
      context.moveTo(kLeft, at);
      context.lineTo(width, at);
      context.stroke();
    }
    context.textBaseline = 'top';
    for (let ago = kWindowS; ago >= 0; ago -= width > 500 ? 30 : 60) {
      const at = place(this.#now - ago * 1000, this.#now, kLeft, width);
      context.textAlign = ago === kWindowS ? 'left' : ago === 0 ? 'right' : 'center';
      context.fillText(ago === 0 ? 'now' : ago === kWindowS ? '2 min ago' : `${ago} s`, at, bottom + 6);
    }
  }

  #line(context, x, bottom, rowHeight, figure, stroke, dash) {
    context.save();
    context.strokeStyle = stroke;
    context.lineWidth = 2;
    context.setLineDash(dash);
    context.beginPath();
    let last = null;
    for (const row of this.#rows) {
      const figures = row.latency[this.#which];
      if (figures.count === 0) {
        last = null;
        continue;
      }
      const end = Date.parse(row.time);
      const middle = (x(end) + x(end - row.span_s * 1000)) / 2;
      if (x(end) <= kLeft) continue;
      const at = this.#y(figures[figure], bottom, rowHeight);
      if (last === null) context.moveTo(middle, at);
      else context.lineTo(middle, at);
      last = middle;
    }
    context.stroke();
    context.restore();
  }

  /// Time of which nothing is known, since the loop does not answer.
  #hatch(context, left, right, bottom) {
    context.save();
    context.beginPath();
    context.rect(left, kTop, right - left, bottom - kTop);
    context.clip();
    context.strokeStyle = colour('hatch');
    context.lineWidth = 1.5;
    context.globalAlpha = 0.7;
    for (let at = left - bottom; at < right; at += 8) {
      context.beginPath();
      context.moveTo(at, bottom);
      context.lineTo(at + bottom, kTop);
      context.stroke();
    }
    context.restore();
  }

  #mark(context, x, bottom) {
    const row = this.#rows.find((one) => one.sequence === this.#chosen);
    if (row === undefined) return;
    const end = Date.parse(row.time);
    const left = x(end - row.span_s * 1000);
    context.strokeStyle = colour('ink');
    context.lineWidth = 2;
    context.strokeRect(left, kTop + 1, Math.max(x(end) - left, 3), bottom - kTop - 2);
  }
}
