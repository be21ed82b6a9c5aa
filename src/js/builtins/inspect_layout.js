// How the entries of an object stand in util.inspect's text: on one line, one to a line, or in columns. `ctx` is the state of the call, see inspect.js.
'use strict';

const {
  ArrayPrototypeJoin, ArrayPrototypePush, MathFloor, MathMax, MathMin, MathRound, MathSqrt, StringPrototypeIncludes,
  StringPrototypePadEnd, StringPrototypePadStart, StringPrototypeRepeat,
} = primordials;
const { getStringWidth, stripVTControlCharacters } = require('inspect_text');

const spaces = (count) => StringPrototypeRepeat(' ', count);
const visibleLength = (ctx, text) => ctx.colors ? stripVTControlCharacters(text).length : text.length;

function fitsOnLine(ctx, output, start, base) {
  let total = output.length + start;
  if (total + output.length > ctx.breakLength) return false;
  for (let i = 0; i < output.length; i++) {
    total += visibleLength(ctx, output[i]);
    if (total > ctx.breakLength) return false;
  }
  return base === '' || !StringPrototypeIncludes(base, '\n');
}

/// Puts the entries on one line or one per line. With a numeric `compact`, at most that many inner levels share a
/// line, and long arrays become columns.
function layout(ctx, output, base, braces, isArray, depth, value) {
  const open = braces[0], close = braces[1];
  const lead = base === '' ? '' : `${base} `;
  if (ctx.compact === true) {
    const newline = `\n${spaces(ctx.indentation)}`;
    if (fitsOnLine(ctx, output, 0, base)) {
      return `${open}${base === '' ? '' : ` ${base}`} ${ArrayPrototypeJoin(output, ', ')} ${close}`;
    }
    const first = base === '' && open.length === 1 ? ' ' : `${base === '' ? '' : ` ${base}`}${newline}  `;
    return `${open}${first}${ArrayPrototypeJoin(output, `,${newline}  `)} ${close}`;
  }
  if (typeof ctx.compact === 'number' && ctx.compact >= 1) {
    const count = output.length;
    if (isArray && count > 6) output = columns(ctx, output, value);
    if (ctx.currentDepth - depth < ctx.compact && count === output.length) {
      const start = output.length + ctx.indentation + open.length + base.length + 10;
      if (fitsOnLine(ctx, output, start, base)) {
        const joined = ArrayPrototypeJoin(output, ', ');
        if (!StringPrototypeIncludes(joined, '\n')) return `${lead}${open} ${joined} ${close}`;
      }
    }
  }
  // Added up, not joined: the engine copies the characters once, when all of the text is there, and not at every level.
  const newline = `\n${spaces(ctx.indentation)}`;
  let text = `${lead}${open}`;
  for (let i = 0; i < output.length; i++) text += (i === 0 ? `${newline}  ` : `,${newline}  `) + output[i];
  return `${text}${newline}${close}`;
}

/// Arranges many short array entries in columns of equal width; numbers align right. Returns the lines, or the
/// entries as they were when columns would not help.
function columns(ctx, output, value) {
  // "... n more items" stays on its own line.
  const hasMore = value !== undefined && ctx.maxArrayLength < output.length;
  const count = hasMore ? output.length - 1 : output.length;
  const separator = 2;
  const widths = [];
  let total = 0, widest = 0;
  for (let i = 0; i < count; i++) {
    widths[i] = getStringWidth(output[i], ctx.colors);
    total += widths[i] + separator;
    widest = MathMax(widest, widths[i]);
  }
  const cell = widest + separator;
  if (!(cell * 3 + ctx.indentation < ctx.breakLength && (total / cell > 5 || widest <= 6))) return output;

  // Aim at a block that looks square: a character is about 2.5 times as high as wide, and where most cells are
  // narrower than the widest, less than `cell` is taken as the typical width. The constants are those that reproduce
  // Node's layout.
  const typical = MathMax(cell - 3 - MathSqrt(cell - total / output.length), 1);
  const perLine = MathMin(MathRound(MathSqrt(2.5 * typical * count) / typical),
    MathFloor((ctx.breakLength - ctx.indentation) / cell), ctx.compact * 4, 15);
  if (perLine <= 1) return output;

  const columnWidths = [];
  for (let column = 0; column < perLine; column++) {
    let width = 0;
    for (let i = column; i < count; i += perLine) width = MathMax(width, widths[i]);
    ArrayPrototypePush(columnWidths, width + separator);
  }
  let numeric = value !== undefined;
  for (let i = 0; numeric && i < output.length; i++) {
    if (typeof value[i] !== 'number' && typeof value[i] !== 'bigint') numeric = false;
  }
  const lines = [];
  for (let i = 0; i < count; i += perLine) {
    const end = MathMin(i + perLine, count);
    let line = '';
    for (let j = i; j < end; j++) {
      const last = j === end - 1;
      const invisible = output[j].length - widths[j];
      const cellText = last ? output[j] : `${output[j]}, `;
      const width = columnWidths[j - i] + invisible - (last ? separator : 0);
      if (numeric) line += StringPrototypePadStart(cellText, width, ' ');
      else line += last ? cellText : StringPrototypePadEnd(cellText, width, ' ');
    }
    ArrayPrototypePush(lines, line);
  }
  if (hasMore) ArrayPrototypePush(lines, output[count]);
  return lines;
}

module.exports = { layout, spaces };
