// Neither ticks nor microtasks run between two listeners.
const target = new EventTarget();
for (const label of ['a', 'b']) {
  target.addEventListener('x', () => {
    console.log(label);
    process.nextTick(() => console.log('tick', label));
    queueMicrotask(() => console.log('microtask', label));
  });
}
setTimeout(() => {
  target.dispatchEvent(new Event('x'));
  console.log('returned');
}, 1);
