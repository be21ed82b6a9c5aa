// At exit nothing is scheduled any more, so what a listener throws then is lost; the others run.
const target = new EventTarget();
process.on('uncaughtException', () => console.log('never'));
process.on('exit', (code) => {
  target.dispatchEvent(new Event('x'));
  console.log('exit', code);
});
target.addEventListener('x', () => { throw new Error('thrown'); });
target.addEventListener('x', () => console.log('second'));
