// util.promisify knows the promise forms of setTimeout and setImmediate.
const { promisify } = require('node:util');
const timersPromises = require('node:timers/promises');
console.log(promisify(setTimeout) === timersPromises.setTimeout, promisify(setImmediate) === timersPromises.setImmediate);
promisify(setTimeout)(100, 'timeout').then(console.log);
promisify(setImmediate)('immediate').then(console.log);
