// Texts that a rewriting of import statements could break.
import { f, num, tag } from './fixtures/uses.js'; import * as ns from './fixtures/uses.js'
import {} from './fixtures/empty.js'; import './fixtures/empty.js'; export {}; export { };
let b = 3, a = 4
f()
;[1].forEach(f)
f(1)
tag`x`
a
++b
f()
const c = b
/1/a
console.log(a< !--b, b, c, 'import { x } from "y"', /import\(/.test('import('), `export ${`default ${f()}`}`)
// import { commented } from 'nowhere'
/* export * from 'nowhere' */
const regex = /[/]import{/, division = num / 2 / 1, $m = 'taken', $m0 = 'too', obj = { import: 1, export: 2, default: 3, await: 4 }
console.log(regex.source, division, $m, $m0, obj.import, obj.export, obj.default, obj.await, obj?.import)
if (a) f(); else f()
for (const x of [f()]) f()
do f(); while (false)
label: f()
export
const spread = [...[1, 2]],
  over = 'lines'
export default (
  'parenthesised'
)
export { over as
  moved }
var async = 1, of = [1], get = 2, set = 3, let_ = 4, from = 5, as = 6
for (get of of) console.log(async)
console.log(get, set, from, as, ns.num)
class A { import() { return 1 } static export = 2; 'default'() { return 3 } get await() { return 4 } async *from() {} }
console.log(new A().import(), A.export, new A().default(), new A().await)
export { as as from, from as as }
import("./09-hazards-of-text.js").then((self) => console.log(self.moved, Object.keys(self)))
