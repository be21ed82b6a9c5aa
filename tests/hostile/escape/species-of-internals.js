// Species and constructors of arrays replaced, to be asked whenever the host's code maps, filters or slices an array of its own.
// outcome: output
let asked = 0;
Object.defineProperty(Array, Symbol.species, { get() { asked++; return Array; } });
Object.defineProperty(Promise, Symbol.species, { get() { asked++; return Promise; } });
Object.defineProperty(ArrayBuffer, Symbol.species, { get() { asked++; return ArrayBuffer; } });
Object.defineProperty(RegExp, Symbol.species, { get() { asked++; return RegExp; } });
Array.prototype.constructor = new Proxy(Array, { get(target, key) { asked++; return target[key]; } });
structuredClone([1, [2]]);
new TextDecoder().decode(new TextEncoder().encode('text'));
new URL('http://example.org/a/../b').href;
setTimeout((a) => console.log(asked, a), 1, 'argument');
console.log('%s and %o', 'a', [1, 2], new Map([[1, [2]]]));
