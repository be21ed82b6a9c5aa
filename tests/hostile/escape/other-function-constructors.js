// The constructors of generators and asynchronous functions have no global names, and make functions from text all the same.
// outcome: output
const constructors = {
  generator: function* () {}.constructor,
  async: async function () {}.constructor,
  asyncArrow: (async () => {}).constructor,
  asyncGenerator: async function* () {}.constructor,
  generatorPrototype: Object.getPrototypeOf(function* () {}).constructor,
  generatorMethod: ({ *method() {} }).method.constructor,
};
for (const [route, constructor] of Object.entries(constructors)) {
  for (const [way, make] of Object.entries({ call: () => constructor('yield 1'), new: () => new constructor('return 1'), construct: () => Reflect.construct(constructor, ['']) })) {
    try {
      console.log(route, way, 'made', typeof make());
    } catch (error) {
      console.log(route, way, error.name);
    }
  }
}
