// Where `await` may stand at the top level of a module.
import { log } from './fixtures/tla/log.js';
log(await 1 + await Promise.resolve(2), [await 3, ...await [4]], { [await 'key']: await 5 }, `${await 'text'}`, (await (async () => 6)()));
const { a = await 'default', ...rest } = await { b: await 7 };
log(a, rest, typeof await undefined, !await false, -await 8, await (await 9), (await { f() { return this.g; }, g: 'this' }).f());
class Base extends (await class { name() { return 'heritage'; } }) { [await 'computed']() {} }
log(new Base().name(), Object.getOwnPropertyNames(Base.prototype));
if (await true) log(await 'in if'); else log('never');
for (let i = await 0; i < await 2; i += await 1) log('for', i);
for (const x of await ['of']) log(x);
for (const k in await { key: 1 }) log(k);
while (!await true);
do log('do'); while (await false);
switch (await 'b') { case await 'a': log('never'); break; case await 'b': log('case'); }
try { await Promise.reject(new Error('rejected')); } catch (error) { log(error.message, await 'in catch'); } finally { log(await 'in finally'); }
label: for (;;) { for (;;) { await 0; break label; } }
log(await { then(resolve) { resolve('thenable'); } });
try { await { then() { throw new Error('from then'); } }; } catch (error) { log(error.message); }
try { log(await { get then() { throw new Error('from the getter'); } }); } catch (error) { log(error.message); }
export const exported = await 'exported', f = async () => await exported;
export default await f();
log((await import('./fixtures/tla/quick.js')).default, await f?.(), new (await Map)().size, (await tag)`x`, await (0, log)('call'));
function tag(s) { return s[0]; }
const x = await 1
await 2
;[3].map(String)
await 4, await 5
log(x)
let n = 0; n += await 1; n = n + (await 2) ** 2; log(n);
import.meta.later = await 'meta'; log(import.meta.later);
