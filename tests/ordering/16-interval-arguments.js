// Extra arguments reach every firing of an interval.
let n = 0;
const handle = setInterval((...args) => {
  console.log(args.join(' '));
  if (++n === 3) clearInterval(handle);
}, 2, 'x', 'y', 3);
