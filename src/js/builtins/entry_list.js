// An ordered list of names and values in which a name may come several times: the entries of a FormData, and a list of headers. Finding,
// appending and replacing do not depend on the length; what is removed leaves a hole, and all holes are closed at once when somebody next asks
// for the whole list. So no sequence of calls that a sender of data can cause is quadratic.
'use strict';

const { ArrayPrototypeSlice, SafeMap, safeArray } = primordials;

const kShort = 8; // so many entries are looked through; more get an index

// The entries of a key are a chain, oldest first. Its first entry knows the last; of the others `last` is null.
class Entry {
  constructor(key, name, value) {
    this.key = key;
    this.name = name;
    this.value = value;
    this.next = null;
    this.last = null;
    this.removed = false;
  }
}

class EntryList {
  #entries = safeArray();
  #index = null; // key -> its first entry
  #holes = 0;

  /// How many.
  get size() { return this.#entries.length - this.#holes; }

  /// All, oldest first: { key, name, value }. The array is the list's own, good until the next change.
  all() {
    if (this.#holes === 0) return this.#entries;
    const kept = safeArray();
    for (let i = 0; i < this.#entries.length; i++) if (!this.#entries[i].removed) kept.push(this.#entries[i]);
    this.#entries = kept;
    this.#holes = 0;
    return kept;
  }

  /// The first entry of a key, or undefined; the others follow as `next`, up to null. Not to be changed.
  of(key) {
    if (this.#index !== null) return this.#index.get(key);
    const entries = this.#entries;
    for (let i = 0; i < entries.length; i++) if (entries[i].key === key && !entries[i].removed) return entries[i];
    return undefined;
  }

  has(key) { return this.of(key) !== undefined; }

  /// The values of a key, in an array that a program may have.
  values(key) {
    const values = safeArray();
    for (let entry = this.of(key) ?? null; entry !== null; entry = entry.next) values.push(entry.value);
    return ArrayPrototypeSlice(values);
  }

  append(key, name, value) {
    const entry = new Entry(key, name, value);
    const first = this.of(key);
    this.#entries.push(entry);
    if (first !== undefined) {
      first.last.next = entry;
      first.last = entry;
    } else {
      entry.last = entry;
      if (this.#index !== null) this.#index.set(key, entry);
    }
    if (this.#index === null && this.#entries.length > kShort) this.#makeIndex();
  }

  /// The first entry of the key gets the value, the others go; without any it is appended.
  set(key, name, value) {
    const first = this.of(key);
    if (first === undefined) {
      this.append(key, name, value);
      return;
    }
    first.value = value;
    this.#remove(first.next);
    first.next = null;
    first.last = first;
  }

  /// Whether there was one.
  delete(key) {
    const first = this.of(key);
    if (first === undefined) return false;
    this.#remove(first);
    if (this.#index !== null) this.#index.delete(key);
    return true;
  }

  #remove(entry) {
    for (; entry !== null; entry = entry.next) {
      entry.removed = true;
      this.#holes++;
    }
    // A short list is looked through, so it must stay short.
    if (this.#index === null) this.all();
  }

  #makeIndex() {
    this.#index = new SafeMap();
    this.forEachKey((key, first) => this.#index.set(key, first));
  }

  /// Calls visit(key, its first entry) once for each key, in order.
  forEachKey(visit) {
    const all = this.all();
    for (let i = 0; i < all.length; i++) if (all[i].last !== null) visit(all[i].key, all[i]);
  }
}

module.exports = { EntryList };
