// structuredClone() of deep values: an error, not a crash nor a wrong copy, however little of the stack is left; and nothing is
// transferred by then.
'use strict';
const assert = require('node:assert');

const resizable = new ArrayBuffer(4, { maxByteLength: 8 });
const innermost = () => ({ view: new Uint8Array(resizable), map: new Map([[1, 2]]), error: new RangeError('r'), big: Object(1n) });
for (const [wrap, unwrap] of [
  [(inner) => ({ inner }), (outer) => outer.inner], [(inner) => [inner], (outer) => outer[0]],
  [(inner) => new Map([[1, inner]]), (outer) => outer.get(1)], [(inner) => new Set([inner]), (outer) => outer.values().next().value],
  [(inner) => new Error('', { cause: inner }), (outer) => outer.cause],
]) {
  const attempt = (depth) => {
    let deep = innermost();
    for (let i = 0; i < depth; i++) deep = wrap(deep);
    const buffer = new ArrayBuffer(8);
    let copy;
    try {
      copy = structuredClone(deep, { transfer: [buffer] });
    } catch (error) {
      assert.ok(error instanceof RangeError, `${error}`);
      assert.strictEqual(buffer.detached, false);
      assert.strictEqual(resizable.byteLength, 4);
      return false;
    }
    assert.strictEqual(buffer.detached, true);
    for (let i = 0; i < depth; i++) copy = unwrap(copy);
    assert.deepStrictEqual([copy.view.length, copy.map.get(1), copy.error.name, copy.big.valueOf()], [4, 2, 'RangeError', 1n]);
    return true;
  };
  let enough = 500;
  assert.strictEqual(attempt(enough), true);
  let tooMuch = 1000;
  while (attempt(tooMuch)) {
    enough = tooMuch;
    tooMuch *= 2;
  }
  assert.ok(tooMuch < 1e6);
  while (tooMuch - enough > 400) { // the compilers change how much a level takes, so these are no sharp borders
    const between = Math.floor((enough + tooMuch) / 2);
    if (attempt(between)) enough = between;
    else tooMuch = between;
  }
  for (let depth = enough; depth < tooMuch; depth += 37) attempt(depth);
}
console.log('structured_clone_depth: ok');
