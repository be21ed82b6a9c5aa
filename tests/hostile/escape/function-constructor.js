// Function, reached by every name it has.
// outcome: output
const routes = {
  name: () => Function('return 1'),
  new: () => new Function('return 1'),
  arrow: () => (() => {}).constructor('return 1'),
  method: () => [].map.constructor('return 1'),
  class: () => (class {}).constructor('return 1'),
  prototype: () => Object.getPrototypeOf(() => {}).constructor('return 1'),
  construct: () => Reflect.construct(Function, ['return 1']),
  constructAs: () => Reflect.construct(Function, ['return 1'], Array),
  apply: () => Reflect.apply(Function, null, ['return 1']),
  bound: () => Function.bind(null, 'return 1')(),
  call: () => Function.prototype.call.call(Function, null, 'return 1'),
  proxy: () => new Proxy(Function, {})('return 1'),
  subclass: () => new (class extends Function {})('return 1'),
  parameters: () => Function('a = (() => { return 1; })()', ''),
};
for (const [route, take] of Object.entries(routes)) {
  try {
    console.log(route, 'made', typeof take());
  } catch (error) {
    console.log(route, error.name);
  }
}
