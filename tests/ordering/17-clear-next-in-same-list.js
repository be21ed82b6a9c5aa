// A timer cleared inside a pass does not fire, even when it is next in the same list.
setTimeout(() => { console.log('1'); clearTimeout(second); clearTimeout(fourth); }, 5);
const second = setTimeout(() => console.log('never 2'), 5);
setTimeout(() => console.log('3'), 5);
const fourth = setTimeout(() => console.log('never 4'), 5);
setTimeout(() => console.log('5'), 5);
for (const end = Date.now() + 20; Date.now() < end;);    // until all of them are due in one pass
