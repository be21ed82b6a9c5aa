// eval: direct, indirect, by other names, in other modes.
// outcome: output
const routes = {
  direct: () => eval('1'),
  indirect: () => (0, eval)('1'),
  global: () => globalThis.eval('1'),
  strict: () => { 'use strict'; return eval('1'); },
  apply: () => Reflect.apply(eval, globalThis, ['1']),
  callback: () => ['1 + 1'].map(eval),
  replace: () => 'x'.replace('x', eval),
  reviver: () => JSON.parse('"1"', (key, value) => eval(value)),
  template: () => eval(`${'1'}`),
  optional: () => eval?.('1'),
};
for (const [route, take] of Object.entries(routes)) {
  try {
    console.log(route, 'gave', take());
  } catch (error) {
    console.log(route, error.name);
  }
}
