// Encoders, decoders, Base64, crypto and performance use nothing that a program can replace, whether loaded before or after.
const { log } = console;
const original = { TextEncoder, Uint8Array, Reflect, Object };
const trap = () => { throw new Error('a replaced method was called'); };
const replaced = [];
for (const holder of [String.prototype, Uint8Array.prototype, Object.getPrototypeOf(Uint8Array.prototype), ArrayBuffer.prototype,
  DataView.prototype, Map.prototype, Set.prototype, Number.prototype, Function.prototype, Array.prototype]) {
  for (const key of Reflect.ownKeys(holder)) {
    if (key !== 'constructor' && Reflect.getOwnPropertyDescriptor(holder, key).configurable) replaced.push([holder, key]);
  }
}
for (let i = 0; i < replaced.length; i++) {
  original.Object.defineProperty(replaced[i][0], replaced[i][1], { get: trap, set: trap, configurable: true });
}
const polluted = ['encoding', 'fatal', 'stream', 'ignoreBOM', 'get', 'set', 'value', 'writable', 'enumerable'];
for (let i = 0; i < polluted.length; i++) original.Object.prototype[polluted[i]] = undefined;
const deleted = ['Uint8Array', 'Int32Array', 'Map', 'Symbol', 'String', 'Object', 'Reflect', 'ArrayBuffer', 'JSON', 'Math'];
for (let i = 0; i < deleted.length; i++) delete globalThis[deleted[i]];

const encoder = new original.TextEncoder();
const bytes = encoder.encode('héllo');
let text = '';
for (let i = 0; i < 6; i++) text += `${bytes[i]} `;
log(text);
const { read, written } = encoder.encodeInto('€€', bytes);
log(`${read} ${written} ${bytes[0]}`);
log(new TextDecoder('UTF-8').decode(bytes));
log(new TextDecoder(' latin1 ').decode(bytes));
const decoder = new TextDecoder('utf-8', { fatal: true });
const cut = encoder.encode('é');
const first = new original.Uint8Array(1);
first[0] = cut[0];
const second = new original.Uint8Array(1);
second[0] = cut[1];
log(decoder.decode(first, { stream: true }) + decoder.decode(second));
try { decoder.decode(second); } catch (error) { log(error.code); }
log(`${btoa('tampered')} ${atob('dGFtcGVyZWQ=')}`);
try { atob('*'); } catch (error) { log(`${error.name} ${error.code}`); }
log(`${typeof crypto.randomUUID()} ${crypto.getRandomValues(first) === first}`);
log(`${performance.now() > 0} ${performance.timeOrigin > 0}`);
