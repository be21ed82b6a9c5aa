// The small picture in a tile: two minutes of one figure.
import { colour, place, prepare } from './canvas.js';

/// rows: [{ time (ms), span (s), value or null }], oldest first; `most` is the top of the scale, or null for the largest value.
/// `words` say the same to who does not see it; null: others do already.
export function drawSparkline(canvas, rows, now, most, words) {
  if (words !== null) canvas.setAttribute('aria-label', words);
  const area = prepare(canvas);
  if (area === null) return;
  const { context, width, height } = area;
  const values = rows.filter((row) => row.value !== null);
  const top = most ?? Math.max(...values.map((row) => row.value), 0);
  const y = (value) => height - 2 - (top > 0 ? value / top : 0) * (height - 5);
  context.strokeStyle = colour('edge');
  context.beginPath();
  context.moveTo(0, height - 1.5);
  context.lineTo(width, height - 1.5);
  context.stroke();
  const accent = colour('accent');
  const line = new Path2D();
  const area2d = new Path2D();
  let last = null; // the end of the row before: a gap of time is a gap in the line
  for (const row of values) {
    const right = place(row.time, now, 0, width);
    const left = place(row.time - row.span * 1000, now, 0, width);
    if (last === null || left - last > 3) line.moveTo(left, y(row.value));
    line.lineTo(last === null || left - last > 3 ? left : last, y(row.value));
    line.lineTo(right, y(row.value));
    area2d.rect(left, y(row.value), right - left + 0.5, height - 2 - y(row.value));
    last = right;
  }
  context.globalAlpha = 0.16;
  context.fillStyle = accent;
  context.fill(area2d);
  context.globalAlpha = 1;
  context.strokeStyle = accent;
  context.lineWidth = 1.6;
  context.lineJoin = 'round';
  context.stroke(line);
}
