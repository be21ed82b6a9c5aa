// Functions with a limit, called on what they are not made for, by other functions, and through subclasses.
// outcome: output
// policy: {"string_length":1000000,"buffer_bytes":1000000,"array_length":100000}
class OwnBuffer extends ArrayBuffer {}
class OwnArray extends Array {}
class OwnBytes extends Uint8Array {}
const large = 1 << 21;
const attempts = {
  call: () => String.prototype.repeat.call('xy', large),
  apply: () => Reflect.apply(String.prototype.repeat, 'xy', [large]),
  bound: () => String.prototype.repeat.bind('xy', large)(),
  number: () => String.prototype.repeat.call(12, large),
  boxed: () => new String('xy').repeat(large),
  proxy: () => new Proxy(String.prototype.repeat, {}).call('xy', large),
  subclassBuffer: () => new OwnBuffer(large),
  subclassBytes: () => new OwnBytes(large),
  constructBuffer: () => Reflect.construct(ArrayBuffer, [large], Object),
  constructorOfPrototype: () => new (Object.getPrototypeOf(OwnBytes.prototype).constructor)(large),
  constructorOfInstance: () => new (new Uint8Array(1).buffer.constructor)(large),
  of: () => Reflect.construct(Uint8Array, [large]),
  subclassArray: () => new OwnArray(large).fill(0),
  arrayWithoutNew: () => Array(large).fill(0),
  species: () => new (new Uint8Array(1).subarray(0).constructor)(large),
  transfer: () => new ArrayBuffer(1).transfer(large),
  grow: () => { const buffer = new ArrayBuffer(1, { maxByteLength: 1000 }); buffer.resize(large); return buffer; },
};
for (const [name, attempt] of Object.entries(attempts)) {
  try {
    attempt();
    console.log(name, 'made');
  } catch (error) {
    console.log(name, error.name);
  }
}
