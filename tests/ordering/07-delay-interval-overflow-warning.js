// setInterval warns about an overflowing period and uses 1 ms.
process.on('warning', (warning) => console.log(warning.name));
let fired = 0;
const handle = setInterval(() => {
  console.log('fired', ++fired);
  if (fired === 2) clearInterval(handle);
}, 2 ** 40);
