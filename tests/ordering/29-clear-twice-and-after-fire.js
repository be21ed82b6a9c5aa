// Clearing twice, after firing, or in the own callback is harmless.
const timer = setTimeout(() => {
  clearTimeout(timer);
  console.log('fired');
}, 1);
setTimeout(() => { clearTimeout(timer); clearTimeout(timer); clearTimeout(+timer); console.log('still fine'); }, 20);
