// A timeout of 0 is a timeout of 1 ms, so both share one list in call order.
setTimeout(() => console.log('1 first'), 1);
setTimeout(() => console.log('0 second'), 0);
setTimeout(() => console.log('none third'));
setTimeout(() => console.log('undefined fourth'), undefined);
for (const delay of [0, 1, undefined, null, -0, false, '', [], '0']) {
  const handle = setTimeout(() => {}, delay);
  console.log(handle._idleTimeout);
  clearTimeout(handle);
}
