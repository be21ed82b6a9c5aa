// Queues of the streams built-ins: chains of blocks, so that taking from the front costs what putting at the back costs, and a long queue grows by a block
// and not by its own size. How much waits in one is up to who puts it there, as the standard has it; a sandbox's heap limit holds.
'use strict';

const { bareArray } = primordials;

const kBlock = 256;

class Block {
  items = bareArray();
  next = null;
}

/// First in, first out.
class Fifo {
  length = 0;
  #head = null; // nothing is allocated before something waits
  #first = 0; // in the head
  #tail = null;
  #end = 0; // in the tail

  push(item) {
    if (this.#tail === null) this.#head = this.#tail = new Block();
    else if (this.#end === kBlock) {
      this.#tail = this.#tail.next = new Block();
      this.#end = 0;
    }
    this.#tail.items[this.#end++] = item;
    this.length++;
  }

  /// Each of these two only when there is one.
  peek() { return this.#head.items[this.#first]; }

  shift() {
    const { items } = this.#head;
    const item = items[this.#first];
    items[this.#first++] = undefined; // or it would be kept alive
    if (--this.length === 0) this.#first = this.#end = 0; // the last block is used again
    else if (this.#first === kBlock) {
      this.#head = this.#head.next;
      this.#first = 0;
    }
    return item;
  }

  clear() {
    this.#head = this.#tail = null;
    this.length = this.#first = this.#end = 0;
  }
}

/// Values with sizes (Streams, section 8.1).
class SizedQueue {
  total = 0;
  #values = new Fifo();
  #sizes = new Fifo();

  get length() { return this.#values.length; }

  push(value, size) {
    this.#values.push(value);
    this.#sizes.push(size);
    this.total += size;
  }

  peek() { return this.#values.peek(); }

  shift() {
    this.total -= this.#sizes.shift();
    if (this.total < 0) this.total = 0; // sizes are floating-point numbers
    return this.#values.shift();
  }

  clear() {
    this.#values.clear();
    this.#sizes.clear();
    this.total = 0;
  }
}

module.exports = { Fifo, SizedQueue };
