// Globals that are loaded when first looked at: their getters, called on other objects, give nothing more.
// outcome: output
const odd = [];
for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(globalThis))) {
  if (!get) continue;
  for (const receiver of [undefined, null, {}, Object.create(globalThis), new Proxy(globalThis, {})]) {
    try {
      const value = get.call(receiver);
      if (value?.constructor && value.constructor.constructor !== Function) odd.push(name);
    } catch (error) {
      if (!(error instanceof TypeError)) odd.push(name);
    }
  }
}
console.log(odd);
