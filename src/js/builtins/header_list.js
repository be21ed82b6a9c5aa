// A list of headers (https://fetch.spec.whatwg.org/#concept-header-list): names keep their case and compare without it. Nothing here checks
// what it is given; `isHeaderName` and `headerValue` do that for whoever takes headers from a program.
'use strict';

const {
  ArrayPrototypeSort, ArrayPrototypeSplice, RegExpPrototypeExec, StringPrototypeToLowerCase, safeArray,
} = primordials;
const { EntryList } = require('entry_list');
const { isToken, trimmed } = require('mime_type');

const lower = StringPrototypeToLowerCase; // a header's name is ASCII
const kSetCookie = 'set-cookie'; // the one header whose values are not to be combined

const forbiddenInValue = /[\0\r\n]/;
const plainValue = /^[!-~](?:[ -~]*[!-~])?$/; // of nearly all there are: nothing to trim, nothing forbidden

const isHeaderName = isToken;

/// A byte string as a header's value, without whitespace around it; undefined when it is none.
function headerValue(text) {
  if (RegExpPrototypeExec(plainValue, text) !== null) return text;
  const value = trimmed(text);
  return RegExpPrototypeExec(forbiddenInValue, value) === null ? value : undefined;
}

// The values of an entry and of those that follow it.
function combined(first) {
  if (first === undefined) return null;
  let text = first.value;
  for (let entry = first.next; entry !== null; entry = entry.next) text += `, ${entry.value}`;
  return text;
}

class HeaderList {
  #entries = new EntryList();
  #sorted = null; // the keys, once somebody iterated; kept up to date from then on
  #cookies = null; // the values of Set-Cookie, once somebody iterated, until they change

  /// How many, counting each value of a name.
  get size() { return this.#entries.size; }

  /// All, in order: { key, name, value }, where `key` is the name in lower case. Good until the next change.
  all() { return this.#entries.all(); }

  has(name) { return this.#entries.has(lower(name)); }

  /// All values of a name, combined; null when there is none.
  get(name) { return combined(this.#entries.of(lower(name))); }

  /// The values of a name one by one, in an array that a program may have.
  values(name) { return this.#entries.values(lower(name)); }

  /// A name that is there already keeps its spelling.
  append(name, value) {
    const key = lower(name);
    const found = this.#entries.of(key);
    if (found === undefined) this.#insertKey(key);
    if (key === kSetCookie) this.#cookies = null;
    this.#entries.append(key, found === undefined ? name : found.name, value);
  }

  set(name, value) {
    const key = lower(name);
    if (!this.#entries.has(key)) this.#insertKey(key);
    if (key === kSetCookie) this.#cookies = null;
    this.#entries.set(key, name, value);
  }

  delete(name) {
    const key = lower(name);
    if (key === kSetCookie) this.#cookies = null;
    if (this.#entries.delete(key) && this.#sorted !== null) ArrayPrototypeSplice(this.#sorted, this.#place(key), 1);
  }

  /// Calls visit(name, combined values) once for each name, as it was written.
  forEachName(visit) {
    this.#entries.forEachKey((key, first) => visit(first.name, combined(first)));
  }

  copy() {
    const list = new HeaderList();
    const all = this.all();
    for (let i = 0; i < all.length; i++) list.append(all[i].name, all[i].value);
    return list;
  }

  // ---- sorted and combined, as programs see it ----

  get sortedSize() {
    const cookies = this.#cookieValues();
    return this.#sort().length + (cookies.length === 0 ? 0 : cookies.length - 1);
  }

  /// The i-th pair, as an array: a name in lower case and its combined values, but each Set-Cookie alone.
  sortedPair(i) {
    const sorted = this.#sort();
    const cookies = this.#cookieValues();
    if (cookies.length > 0) {
      const first = this.#place(kSetCookie);
      if (i >= first && i < first + cookies.length) return [kSetCookie, cookies[i - first]];
      if (i >= first) i -= cookies.length - 1;
    }
    return [sorted[i], combined(this.#entries.of(sorted[i]))];
  }

  #cookieValues() { return this.#cookies ??= this.#entries.values(kSetCookie); }

  #sort() {
    if (this.#sorted !== null) return this.#sorted;
    const keys = safeArray();
    this.#entries.forEachKey((key) => keys.push(key));
    ArrayPrototypeSort(keys, (a, b) => (a < b ? -1 : 1));
    return this.#sorted = keys;
  }

  // Where a key is, or belongs, among the sorted ones.
  #place(key) {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#sorted[middle] < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #insertKey(key) {
    if (this.#sorted !== null) ArrayPrototypeSplice(this.#sorted, this.#place(key), 0, key);
  }
}

module.exports = { HeaderList, headerValue, isHeaderName };
