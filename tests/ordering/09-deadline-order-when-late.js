// Also when the loop is late and all are due at once, the earlier deadline fires first.
const end = Date.now() + 400;
setTimeout(() => console.log('300'), 300);
setTimeout(() => console.log('100'), 100);
setTimeout(() => console.log('200'), 200);
setTimeout(() => console.log('1'), 0);
while (Date.now() < end);
