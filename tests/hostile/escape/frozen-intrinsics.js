// With frozen intrinsics nothing of the language can be replaced, whether the attempt throws or is ignored.
// outcome: output
// policy: {"frozen_intrinsics":true}
const iterator = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));
const places = [
  [Array.prototype, 'push'], [Object.prototype, 'x'], [Promise.prototype, 'then'], [Function.prototype, 'call'], [Map.prototype, 'get'], [Math, 'max'], [JSON, 'parse'],
  [Reflect, 'apply'], [Object.getPrototypeOf(function* () {}), 'x'], [Object.getPrototypeOf(Int8Array), 'from'], [iterator, Symbol.iterator], [Error.prototype, 'name'],
  [Object.getPrototypeOf(async function () {}), 'x'], [Symbol, 'x'], [RegExp.prototype, 'exec'], [String.prototype, 'at'], [Date, 'now'], [Array, Symbol.species],
  [Function.prototype, Symbol.hasInstance], [Error, 'stackTraceLimit'], [Object.getPrototypeOf(new Map().entries()), 'next'], [Error, 'prepareStackTrace'],
];
for (const [object, key] of places) {
  const before = object[key];
  const prototype = Object.getPrototypeOf(object);
  for (const attempt of [
    () => { object[key] = 1; }, () => Object.defineProperty(object, key, { value: 1 }), () => Object.defineProperty(object, key, { get: () => 1 }), () => delete object[key],
    () => Object.setPrototypeOf(object, { [key]: 1 }), () => Object.assign(object, { [key]: 1 }), () => Reflect.set(object, key, 1), () => object.__defineGetter__(key, () => 1),
  ]) {
    try { attempt(); } catch (error) { if (!(error instanceof TypeError)) console.log(error); }
    if (object[key] !== before || Object.getPrototypeOf(object) !== prototype) console.log('replaced', String(key), String(attempt));
  }
}
const error = new Error('x');
error.message = 'an own one can be set';
error.name = 'Mine';
console.log(String(error));
