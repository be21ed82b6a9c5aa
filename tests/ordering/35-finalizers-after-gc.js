// With gc() a program collects what it has dropped; finalizers then run as tasks of their own, never inside gc().
// flags: --expose-gc
let inside = false;
let calledInside = false;
let finalized = 0;
const registry = new FinalizationRegistry(() => {
  finalized++;
  calledInside ||= inside;
});
const refs = [];
(function make() {
  for (let i = 0; i < 200; i++) {
    const object = { i };
    refs.push(new WeakRef(object));
    registry.register(object, i);
  }
})();
function collect() {
  inside = true;
  gc();
  inside = false;
}
setTimeout(() => {
  collect();
  let gone = 0;
  for (const ref of refs) if (ref.deref() === undefined) gone++;
  console.log('most are gone:', gone > 100);
  setTimeout(() => console.log('most were finalized:', finalized > 100, 'inside gc():', calledInside), 50);
}, 1);
