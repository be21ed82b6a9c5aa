// A dispatch inside a dispatch runs to its end first, with a removal by each level.
const target = new EventTarget();
let depth = 0;
const inner = () => console.log('inner', depth);
target.addEventListener('x', (event) => {
  console.log('outer', depth, event.eventPhase, event.currentTarget === target);
  if (depth++ < 2) target.dispatchEvent(new Event('x'));
  console.log('end', --depth, event.eventPhase);
  target.removeEventListener('x', inner);
});
target.addEventListener('x', inner);
target.addEventListener('x', () => console.log('once', depth), { once: true });
target.addEventListener('x', () => console.log('last', depth));
target.dispatchEvent(new Event('x'));
