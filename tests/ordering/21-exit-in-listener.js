// process.exit() in a listener: no other listener runs.
const target = new EventTarget();
process.on('exit', (code) => {
  console.log('exit', code);
  target.dispatchEvent(new Event('y'));
});
target.addEventListener('x', () => { console.log('first'); process.exit(3); });
target.addEventListener('x', () => console.log('never'));
target.addEventListener('y', () => { console.log('in exit'); process.nextTick(() => console.log('never')); });
try {
  target.dispatchEvent(new Event('x'));
} finally {
  console.log('never');
}
