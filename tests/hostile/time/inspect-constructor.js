// console.log looks for the name of a class along a chain of prototypes that a proxy makes endless.
// outcome: output
const circle = new Proxy(class {}, { getPrototypeOf: () => circle, get: () => { throw new Error('asked'); } });
console.log(typeof Object.create(circle));
console.log([circle].length);
