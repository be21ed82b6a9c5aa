// Published packages, as they are: ES modules, CommonJS, both behind "exports".
import pLimit from 'p-limit';
import Queue from 'yocto-queue';
import * as lodash from 'lodash-es';
import debounce from 'lodash-es/debounce.js';
import { nanoid, customAlphabet } from 'nanoid/non-secure';
import * as acorn from 'acorn';
import { addDays, formatISO, intervalToDuration } from 'date-fns';
import stripAnsi from 'strip-ansi';
import ms from 'ms';
import semver, { satisfies, SemVer } from 'semver';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
console.log('p-limit');
const limit = pLimit(2);
let active = 0, most = 0;
const results = await Promise.all([1, 2, 3, 4, 5].map((n) => limit(async () => {
  most = Math.max(most, ++active);
  await new Promise((resolve) => setImmediate(resolve));
  active--;
  return n * n;
})));
console.log(results, most, limit.activeCount, limit.pendingCount);

console.log('yocto-queue');
const queue = new Queue();
queue.enqueue('a');
queue.enqueue('b');
console.log(queue.size, queue.dequeue(), [...queue]);

console.log('lodash-es');
console.log(Object.keys(lodash).length > 300, lodash.chunk([1, 2, 3, 4, 5], 2), lodash.default === lodash.default.prototype.constructor, typeof debounce);
console.log(lodash.default([3, 1, 2]).sortBy().map((n) => n * 2).value(), lodash.merge({ a: { b: 1 } }, { a: { c: 2 } }), lodash.isEqual({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }));
console.log(lodash.template('<%= a %>-<%- b %>')({ a: 1, b: '<' }), lodash.camelCase('some words here'), lodash.groupBy([1.2, 1.8, 2.1], Math.floor));

console.log('nanoid');
console.log(nanoid().length, nanoid() === nanoid(), /^[ab]{7}$/.test(customAlphabet('ab', 7)()));

console.log('acorn');
const source = 'import x, { y as z } from "m" with { type: "json" }; export default async function*() { for await (const v of x) yield z?.[v] ?? import("n") }';
const tree = acorn.parse(source, { ecmaVersion: 'latest', sourceType: 'module' });
console.log(tree.body.map((node) => node.type), [...acorn.tokenizer('a + /b/', { ecmaVersion: 'latest' })].map((token) => token.type.label));
try {
  acorn.parse('let = ;', { ecmaVersion: 'latest', sourceType: 'module' });
} catch (error) {
  console.log(error.name, error.message, error.pos);
}
console.log(require('acorn') === acorn, require('acorn').version === acorn.version);

console.log('date-fns');
console.log(formatISO(addDays(new Date(2020, 1, 28), 2), { representation: 'date' }), intervalToDuration({ start: new Date(2020, 0, 1), end: new Date(2021, 2, 3) }));
console.log((await import('date-fns/locale/de')).de.code, (await import('date-fns/add')).add === (await import('date-fns')).add);

console.log('strip-ansi');
console.log(stripAnsi('\u001b[31mred\u001b[39m'));

console.log('CommonJS');
console.log(ms('2 days'), ms(60000), semver.gt('1.2.3', '1.2.0'), satisfies('1.5.0', '^1.2.0'), new SemVer('1.2.3-beta.1').prerelease, require('semver') === semver);
