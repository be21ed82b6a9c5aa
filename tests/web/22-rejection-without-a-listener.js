// A rejection that nobody handles and no listener prevents: a report, code 1, and the program goes on.
// flags: --profile=web
'use strict';
onunhandledrejection = (event) => {
  console.log('told of', event.reason.message ?? event.reason);
  return event.reason !== 'prevented'; // false prevents
};
Promise.reject('prevented');
setTimeout(() => { Promise.reject(new Error('reported')); }, 1);
setTimeout(() => console.log('goes on'), 20);
