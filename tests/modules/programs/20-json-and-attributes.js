// Import attributes: JSON must be asked for as what it is; each type of a module is a module of its own.
import data from './fixtures/jobs/data.json' with { type: 'json' };
import again from './fixtures/jobs/data.json' with { 'type': "json", };
import * as ns from './fixtures/jobs/data.json'
  with { type: 'json' };
export { default as reexported } from './fixtures/jobs/data.json' with { type: 'json' };
export * from './fixtures/list/a.js' with {};
import {} from './fixtures/empty.js' with {
};
console.log(data, data === again, ns.default === data, Object.keys(ns));
const { default: dynamic } = await import('./fixtures/jobs/data.json', { with: { type: 'json' }, });
console.log(dynamic === data);
data.changed = true;
console.log(dynamic.changed);
const failures = [['./fixtures/jobs/data.json'], ['./fixtures/jobs/data.json', { with: { type: 'css' } }], ['./fixtures/jobs/data.json', { with: { kind: 'json' } }],
  ['./fixtures/empty.js', { with: { type: 'json' } }], ['./fixtures/empty.js', { with: { type: 1 } }], ['./fixtures/empty.js', { with: 1 }], ['./fixtures/empty.js', 1],
  ['./fixtures/empty.js', null], ['./fixtures/empty.js', { with: null }], ['./fixtures/bad.json', { with: { type: 'json' } }], [Symbol('s')],
  ['data:application/json,{"a":1}'], ['./fixtures/empty.js', { get with() { throw new RangeError('getter'); } }]];
for (const [specifier, options] of failures) {
  await import(specifier, options).then(() => console.log('imported'), (error) => console.log(error.name, error.code));
}
console.log((await import('data:application/json,{"a":1}', { with: { type: 'json' } })).default.a);
await import('./fixtures/empty.js', undefined).then(() => console.log('undefined options'));
await import('./fixtures/empty.js', {}).then(() => console.log('empty options'));
