// toString, valueOf and Symbol.toPrimitive that convert the object they belong to.
// outcome: output
// policy: {"heap":"512MiB","cpu_time":"10s"}
const objects = [
  { toString() { return '' + this; } }, { valueOf() { return +this; } }, { [Symbol.toPrimitive]() { return `${this}`; } },
  { get [Symbol.toStringTag]() { return Object.prototype.toString.call(this); } }, { get length() { return Array.prototype.slice.call(this); } },
];
for (const object of objects) {
  try { console.log(String(object).length, `${object}`, [].slice.call(object)); } catch (error) { console.log(error instanceof RangeError); }
}
