#include "subset/script/script_glue.h"

namespace millrace::subset {

std::string_view script_glue() noexcept {
  return R"js((() => {
'use strict';
const entries = new Map();
const forms = ['transform', 'rows', 'row'];
const isObject = (value) => value !== null && (typeof value === 'object' || typeof value === 'function');
const isThenable = (value) => isObject(value) && typeof value.then === 'function';
// C++ names the row and the column by these.
const at = (error, row, column) => {
  if (isObject(error)) {
    try {
      Object.defineProperty(error, 'millraceRow', { value: row, configurable: true });
      if (column !== undefined) Object.defineProperty(error, 'millraceColumn', { value: column, configurable: true });
    } catch {
      // Frozen: then it is not known where it was.
    }
  }
  return error;
};

function acceptEntry(table, entry) {
  if (typeof entry === 'function') return { table, form: 'rows', call: entry, columns: null };
  if (!isObject(entry)) throw new TypeError(`'${table}' is neither a function nor an object`);
  const unknown = Object.keys(entry).find((name) => name !== 'columns' && !forms.includes(name));
  if (unknown !== undefined) throw new TypeError(`'${table}' has a member '${unknown}', which means nothing: columns, transform, rows and row do`);
  const given = forms.filter((name) => entry[name] !== undefined);
  if (given.length !== 1 || typeof entry[given[0]] !== 'function') throw new TypeError(`'${table}' needs one function: transform, rows or row`);
  const { columns = null } = entry;
  if (columns !== null && !(Array.isArray(columns) && columns.every((name) => typeof name === 'string')))
    throw new TypeError(`columns of '${table}' are not an array of names`);
  if (columns === null && given[0] === 'transform') throw new TypeError(`'${table}' has a transform and needs columns, an array of names`);
  return { table, form: given[0], call: entry[given[0]].bind(entry), columns };
}

function accept(namespace) {
  const exported = namespace.default;
  if (exported === undefined) throw new TypeError('it has no default export: export default { table: rows => { ... } }');
  if (exported === null || typeof exported !== 'object') throw new TypeError('its default export is no object with a transform for each table');
  for (const table of Object.keys(exported)) entries.set(table, acceptEntry(table, exported[table]));
  return [...entries.values()].map(({ table, columns }) => ({ table, columns }));
}

function changes(names, fixed, before, after, length) {
  return names.map((name, j) => {
    const old = before[j], now = after[j];
    const indexes = [], values = [];
    for (let i = 0; i < length; ++i) {
      const value = now[i];
      if (value === old[i] && !(typeof value === 'object' && value !== null)) continue;
      if (value === undefined) throw at(new TypeError('a value is undefined: NULL is null'), i, name);
      if (fixed[j]) {
        if (typeof value === 'object' && value === old[i]) continue;
        throw at(new TypeError('the column is part of a key or computed by the database, and cannot be changed'), i, name);
      }
      indexes.push(i);
      values.push(value);
    }
    if (indexes.length === 0) return null;
    // Texts go as one: crossing the border for each costs more than all that is done with it.
    if (values.every((value) => typeof value === 'string')) {
      const lengths = new Uint32Array(values.length);
      for (let i = 0; i < lengths.length; ++i) lengths[i] = values[i].length;
      return { indexes: Uint32Array.from(indexes), text: values.join(''), lengths };
    }
    return { indexes: Uint32Array.from(indexes), values };
  });
}

// A column comes as an array, or as one text that is cut here.
function unpack(column, length) {
  if (Array.isArray(column)) return column;
  const { text } = column;
  const ends = new Uint32Array(column.ends.buffer, column.ends.byteOffset, length);
  const values = new Array(length);
  for (let i = 0, begin = 0; i < length; ++i) {
    const end = ends[i];
    values[i] = text.substring(begin, end);
    begin = end;
  }
  return values;
}

function run(table, names, fixed, packed, length, mayDrop) {
  const entry = entries.get(table);
  const before = packed.map((column) => unpack(column, length));
  const columns = {};
  const dropped = new Set();
  const batch = {
    table,
    length,
    columns,
    drop(i) {
      if (!mayDrop) throw new TypeError('rows of this table cannot be taken out: others refer to it');
      if (!Number.isInteger(i) || i < 0 || i >= length) throw new RangeError(`drop(${String(i)}): there are rows 0 to ${length - 1}`);
      dropped.add(i);
    },
  };
  const finish = (after) => ({ changed: changes(names, fixed, before, after, length), dropped: [...dropped] });

  if (entry.form === 'transform') {
    names.forEach((name, j) => { columns[name] = before[j].slice(); });
    const finishColumns = () => finish(names.map((name) => {
      const column = columns[name];
      if (!Array.isArray(column) || column.length !== length)
        throw at(new TypeError(`the column is not an array of ${length} values any more${Array.isArray(column) ? `, but of ${column.length}` : ''}`), undefined, name);
      return column;
    }));
    const result = entry.call(batch);
    return isThenable(result) ? Promise.resolve(result).then(finishColumns) : finishColumns();
  }

  const rows = new Array(length);
  for (let i = 0; i < length; ++i) {
    const row = {};
    for (let j = 0; j < names.length; ++j) row[names[j]] = before[j][i];
    rows[i] = row;
  }
  const finishRows = (result) => {
    const made = result === undefined ? rows : result;
    if (!Array.isArray(made)) throw new TypeError('it returned neither an array of rows nor nothing');
    if (made.length !== length) throw new TypeError(`it returned ${made.length} rows for ${length}: rows are taken out by batch.drop(i)`);
    for (let i = 0; i < length; ++i)
      if (made[i] === null || typeof made[i] !== 'object') throw at(new TypeError(`it returned ${String(made[i])} for a row: rows are taken out by batch.drop(i)`), i);
    return finish(names.map((name) => made.map((row) => row[name])));
  };
  if (entry.form === 'rows') {
    const result = entry.call(rows, batch);
    return isThenable(result) ? Promise.resolve(result).then(finishRows) : finishRows(result);
  }

  const finishRow = (result, i) => { if (result !== undefined) rows[i] = result; };
  const rest = async (first, pending) => {
    for (let i = first; i < length; ++i) {
      try {
        finishRow(await (i === first ? pending : entry.call(rows[i], i, batch)), i);
      } catch (error) {
        throw at(error, i);
      }
    }
    return finishRows(rows);
  };
  for (let i = 0; i < length; ++i) {
    let result;
    try {
      result = entry.call(rows[i], i, batch);
    } catch (error) {
      throw at(error, i);
    }
    if (isThenable(result)) return rest(i, result);
    finishRow(result, i);
  }
  return finishRows(rows);
}

return { accept, run };
})())js";
}

}  // namespace millrace::subset
