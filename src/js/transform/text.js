// A rewritten text that knows where each of its parts came from.
//
// A map is a flat list of numbers, four for each place where the rewritten text and the original part ways: line and column in the
// rewritten text, line and column in the original (all from 1). What follows such a place advances in both alike, until the next one.
// A negative original column marks text of our own: all of it stands for that one place. An original line 0 means: for none.
'use strict';

/// Offsets at which lines start, as ECMAScript counts lines.
function lineStarts(text) {
  const starts = [0];
  for (const match of text.matchAll(/\r\n?|[\n\u2028\u2029]/g)) starts.push(match.index + match[0].length);
  return starts;
}

// The index of the line that holds an offset.
function lineIndex(starts, offset) {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle] <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/// { line, column }, both from 1, of an offset.
function positionAt(starts, offset) {
  const index = lineIndex(starts, offset);
  return { line: index + 1, column: offset - starts[index] + 1 };
}

class Rewriter {
  constructor(text) {
    this.text = text;
    this.starts = lineStarts(text);
    this.edits = [];
    this.output = '';
    this.line = 1;
    this.column = 1;
    this.map = [];
  }

  /// Replaces [start, end) by `pieces`: texts, and { from, to } for the original text of a range with its own edits.
  replace(start, end, ...pieces) {
    this.edits.push({ start, end, pieces, order: this.edits.length });
  }

  insert(at, ...pieces) {
    this.replace(at, at, ...pieces);
  }

  /// Spaces instead of [start, end), its line ends kept.
  blank(start, end, first = '') {
    this.replace(start, end, first + this.text.slice(start + first.length, end).replace(/[^\r\n\u2028\u2029]/g, ' '));
  }

  positionAt(offset) {
    return positionAt(this.starts, offset);
  }

  /// { text, map } of head, rewritten text, a line end, and tail.
  finish(head, tail) {
    // An insertion comes before what replaces the text behind it.
    this.edits.sort((a, b) => a.start - b.start || (a.end > a.start) - (b.end > b.start) || a.order - b.order);
    this.mark(0, 0);
    this.emit(head);
    this.render(0, this.text.length);
    // The engine may blame the place behind the last word.
    const { line, column } = this.positionAt(this.text.length);
    this.mark(line, column);
    this.emit('\n');
    this.mark(0, 0);
    this.emit(tail);
    return { text: this.output, map: this.map };
  }

  mark(line, column) {
    const { map } = this;
    const n = map.length;
    // Nothing was written since the last mark: it says nothing.
    if (n > 0 && map[n - 4] === this.line && map[n - 3] === this.column) map.length = n - 4;
    map.push(this.line, this.column, line, column);
  }

  emit(text) {
    this.output += text;
    const starts = text.length < 24 && !text.includes('\n') ? [0] : lineStarts(text); // most are a few letters
    if (starts.length > 1) {
      this.line += starts.length - 1;
      this.column = 1;
    }
    this.column += text.length - starts.at(-1);
  }

  copy(from, to) {
    if (from === to) return;
    const { starts } = this;
    const first = lineIndex(starts, from);
    const last = lineIndex(starts, to);
    this.mark(first + 1, from - starts[first] + 1);
    this.output += this.text.slice(from, to);
    if (last === first) {
      this.column += to - from;
    } else {
      this.line += last - first;
      this.column = to - starts[last] + 1;
    }
  }

  firstEditFrom(offset) {
    let low = 0;
    let high = this.edits.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.edits[middle].start < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  // Edits inside of a replaced range apply only where that range is asked for as a piece.
  render(from, to) {
    let at = from;
    for (let i = this.firstEditFrom(from); i < this.edits.length && this.edits[i].end <= to; i++) {
      const edit = this.edits[i];
      if (edit.start < at) continue;
      this.copy(at, edit.start);
      for (const piece of edit.pieces) {
        if (typeof piece === 'string') {
          const { line, column } = this.positionAt(edit.start);
          this.mark(line, -column);
          this.emit(piece);
        } else {
          this.render(piece.from, piece.to);
        }
      }
      at = edit.end;
    }
    this.copy(at, to);
  }
}

module.exports = { Rewriter, lineStarts, positionAt };
