// A size that is small when it is checked and large when it is used.
// outcome: output
// policy: {"string_length":1000000,"buffer_bytes":1000000,"array_length":100000}
const shifting = (...values) => ({ valueOf: () => (values.length > 1 ? values.shift() : values[0]) });
const attempts = {
  repeat: () => 'xy'.repeat(shifting(1, 1 << 20)).length,
  padStart: () => ''.padStart(shifting(1, 1 << 21), 'x').length,
  padFill: () => ''.padStart(10, { toString: () => 'x' }).length,
  buffer: () => new ArrayBuffer(shifting(1, 1 << 21)).byteLength,
  resizable: () => new ArrayBuffer(1, { maxByteLength: shifting(1, 1 << 21) }).maxByteLength,
  option: () => { let asked = 0; return new ArrayBuffer(1, { get maxByteLength() { return asked++ ? 1 << 21 : 1; } }).maxByteLength; },
  from: () => Array.from({ length: shifting(1, 1 << 20) }).length,
  fromGetter: () => { let asked = 0; return Array.from({ get length() { return asked++ ? 1 << 20 : 1; } }).length; },
  text: () => ({ repeat: String.prototype.repeat, toString: () => 'x'.repeat(1000) }).repeat(shifting(1, 1 << 20)).length,
};
for (const [name, attempt] of Object.entries(attempts)) {
  try {
    console.log(name, attempt() <= 1_000_000);
  } catch (error) {
    console.log(name, error.code === 'ERR_LIMIT');
  }
}
