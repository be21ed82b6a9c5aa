// What the tests of this folder import under the names f, obj, num.
export function f(x) { return x; }
export const obj = { method() { return 1; }, nested: { deep: {} } };
export const num = 1;
export class Cls {}
