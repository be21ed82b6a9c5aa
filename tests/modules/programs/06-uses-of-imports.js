// Every place where an imported name can stand.
import dflt, { f, g, Cls, tag, obj, arr, num, asyncGen, 'string name' as odd } from './fixtures/uses.js';
import * as ns from './fixtures/uses.js';

console.log(f(), f?.(), (f)(), (0, f)(), new Cls() instanceof Cls, new Cls, new ns.Cls().constructor === Cls, tag`a${1}b`, odd);
console.log(obj.method(), obj?.method?.(), obj['method'](), obj.deep.er, arr[0], arr?.[1], [...arr], f(...arr), Math.max(num, ...arr));
console.log({ f, num }.num, { [num]: num }, { num: num }, ((a = num) => a)(), (({ num: n = num }) => n)({}), `${num}${f()}`, -num, !num, typeof num, typeof f, void num);
console.log(num ? f() : g(), num && f(), null ?? f(), (num, f()), num in arr, obj instanceof Object, num ** 2, num + +num);
const failures = [() => { num = 1; }, () => { num++; }, () => { --num; }, () => { num += 1; }, () => { [num] = [1]; }, () => { ({ num } = { num: 1 }); },
  () => { ({ a: num } = { a: 1 }); }, () => { [...num] = []; }, () => { for (num of [1]); }, () => { for (num in { a: 1 }); }, () => { num ??= 1; }, () => { num &&= 1; },
  () => { ({ num = 1 } = {}); }, () => { ns = 1; }, () => { ns.num = 1; }];
console.log(failures.map((fail) => { try { fail(); return 'nothing'; } catch (error) { return error.name; } }).join());
obj.field = 'set';
obj.list[0]++;
delete obj.gone;
console.log(obj.field, obj.list, 'gone' in obj, num);
switch (num) { case num: console.log('case'); break; default: console.log('never'); }
for (let i = num; i < num + 1; i++) console.log('loop', i);
while (num > 50 && f());
do console.log('once'); while (num === 0);
if (num) f(); else g();
const chained = f
() + f()
f()
tag`ends a line without a semicolon`
console.log(chained)
const o = { f() { return num; }, get g() { return num; }, set g(v) { obj.field = v + num; }, async h() { return num; }, *i() { yield num; } };
o.g = 1;
console.log(o.f(), o.g, await o.h(), [...o.i()], obj.field);
class Derived extends Cls { static s = num; #p = num; p() { return this.#p + super.base(); } static { this.t = num; } }
console.log(new Derived().p(), Derived.s, Derived.t, class extends ns.Cls {}.name);
for await (const value of asyncGen(num)) console.log('async', value);
try { throw num; } catch { console.log(f.length, f.name); }
function* generator() { yield num; yield* arr; }
console.log([...generator()], (async () => num)() instanceof Promise, dflt);
var f2 = function f() { return typeof f; };
console.log(f2(), (() => { let num = 'inner'; { var g = num; } return g; })(), ((f, ...num) => [f, num])(1, 2, 3));
lbl: { const f = () => 'block'; console.log(f()); break lbl; }
export { num as exportedAgain };
import("./06-uses-of-imports.js").then((self) => console.log(self.exportedAgain));
