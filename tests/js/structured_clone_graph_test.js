// structuredClone() of random graphs: equal to the original in depth, and every reference to one object is one reference in the clone.
'use strict';
const assert = require('node:assert');
const { types } = require('node:util');

let seed = 1;
const random = (n) => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % n;
const primitives = [0, -0, 1.5, NaN, '', 'text', true, null, undefined, 10n, '\ud800', 2 ** 40];
const makers = [
  () => ({}), () => [], () => new Map(), () => new Set(), () => new Date(random(1e9)), () => /a+/gi, () => Object(random(2) === 0 ? 'boxed' : 5n),
  () => new Uint8Array([random(256), random(256)]), () => new ArrayBuffer(random(5)), () => new RangeError(`e${random(9)}`), () => ({ __proto__: null }),
  () => new DataView(new ArrayBuffer(4), random(4)), () => [1, 2, 3, 4.5], () => [, 'after a hole'], () => new (class Some { a = 1; })(), () => Object(random(9)),
];
const buildGraph = () => {
  const nodes = Array.from({ length: 2 + random(30) }, () => makers[random(makers.length)]());
  const any = () => (random(3) === 0 ? primitives[random(primitives.length)] : nodes[random(nodes.length)]);
  for (const node of nodes) {
    for (let i = random(5); i > 0; i--) {
      if (Array.isArray(node)) {
        if (random(8) === 0) node[node.length + random(3)] = any();
        else if (random(8) === 0) node[`name${random(3)}`] = any();
        else node.push(any());
      } else if (types.isMap(node)) node.set(any(), any());
      else if (types.isSet(node)) node.add(any());
      else if (types.isNativeError(node)) node.cause = any();
      else if (Object.prototype.toString.call(node) === '[object Object]' && !ArrayBuffer.isView(node)) node[`k${random(9)}`] = any();
      else if (types.isTypedArray(node)) nodes.push(new Uint8Array(node.buffer, 1), node.buffer);
    }
  }
  return nodes[0];
};
// Walks both at once; `twins` must be one to one.
const compare = (original, copy, twins, path) => {
  if (typeof original !== 'object' || original === null) return assert.ok(Object.is(original, copy), path);
  assert.ok(typeof copy === 'object' && copy !== null && copy !== original, path);
  if (twins.there.has(original) || twins.back.has(copy)) {
    assert.strictEqual(twins.there.get(original), copy, `${path}: identity`);
    assert.strictEqual(twins.back.get(copy), original, `${path}: identity`);
    return undefined;
  }
  twins.there.set(original, copy);
  twins.back.set(copy, original);
  const tag = (object) => Object.prototype.toString.call(object);
  assert.strictEqual(tag(copy), tag(original), path);
  if (types.isMap(original)) {
    const entries = [[...original], [...copy]];
    assert.strictEqual(entries[1].length, entries[0].length, path);
    entries[0].forEach(([key, value], i) => {
      compare(key, entries[1][i][0], twins, `${path} key ${i}`);
      compare(value, entries[1][i][1], twins, `${path} value ${i}`);
    });
  } else if (types.isSet(original)) {
    const members = [[...original], [...copy]];
    assert.strictEqual(members[1].length, members[0].length, path);
    members[0].forEach((member, i) => compare(member, members[1][i], twins, `${path} member ${i}`));
  } else if (ArrayBuffer.isView(original)) {
    assert.deepStrictEqual([copy.byteOffset, copy.byteLength], [original.byteOffset, original.byteLength]);
    compare(original.buffer, copy.buffer, twins, `${path}.buffer`);
  } else if (types.isArrayBuffer(original)) {
    assert.deepStrictEqual(new Uint8Array(copy), new Uint8Array(original), path);
  } else if (types.isNativeError(original)) {
    assert.deepStrictEqual([copy.name, copy.message, copy.stack], [original.name, original.message, original.stack]);
    assert.strictEqual(Object.hasOwn(copy, 'cause'), Object.hasOwn(original, 'cause'));
    compare(original.cause, copy.cause, twins, `${path}.cause`);
  } else if (types.isDate(original) || types.isBoxedPrimitive(original)) {
    assert.ok(Object.is(copy.valueOf(), original.valueOf()), path);
  } else if (types.isRegExp(original)) {
    assert.strictEqual(String(copy), String(original));
  } else {
    if (Array.isArray(original)) assert.strictEqual(copy.length, original.length, path);
    assert.deepStrictEqual(Object.keys(copy), Object.keys(original), path);
    for (const key of Object.keys(original)) compare(original[key], copy[key], twins, `${path}.${key}`);
  }
  return undefined;
};
for (let round = 0; round < 2000; round++) {
  const start = seed;
  const value = buildGraph();
  compare(value, structuredClone(value), { there: new Map(), back: new Map() }, `seed ${start}: `);
}
console.log('structured_clone_graph: ok');
