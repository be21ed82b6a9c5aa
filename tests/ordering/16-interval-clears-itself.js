// An interval that clears itself in its callback does not fire again, and frees the loop.
let n = 0;
const handle = setInterval(function () {
  console.log('fire', ++n, this === handle);
  clearInterval(this);
}, 5);
process.on('exit', () => console.log('exit', n));
