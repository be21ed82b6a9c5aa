// onerror: five arguments, true prevents; its place among the listeners; any other event is given as it is.
// flags: --profile=web
'use strict';
console.log('at first:', onerror, onunhandledrejection, onrejectionhandled);
addEventListener('error', () => console.log('listener before'));
onerror = () => console.log('replaced, never called');
addEventListener('error', (event) => console.log('listener after, prevented:', event.defaultPrevented));
onerror = function (message, filename, lineno, colno, error) {
  console.log(this === globalThis, arguments.length, message, filename.endsWith('/35-onerror.js'), lineno, colno > 0, error.name);
  return true;
};
console.log('the handler is', typeof onerror);
setTimeout(() => { null.x; }, 0);
setTimeout(() => {
  onerror = function (...args) {
    console.log(args.length, args[0] instanceof Event);
    return false;
  };
  console.log('not prevented by false:', dispatchEvent(new ErrorEvent('error', { cancelable: true })));
  console.log('prevented by false:', !dispatchEvent(new Event('error', { cancelable: true })));
  onerror = { handleEvent() { console.log('never: not a function'); } };
  console.log('kept:', typeof onerror);
  dispatchEvent(new Event('error'));
  for (const value of [1, 'text', true, undefined]) {
    onerror = value;
    console.log('set to a primitive:', onerror);
  }
  onerror = () => console.log('now behind the listeners');
  dispatchEvent(new Event('error'));
}, 20);
