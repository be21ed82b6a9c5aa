// refresh in the timer's own callback arms it again.
let n = 0;
const timer = setTimeout(function () {
  console.log('fire', ++n);
  if (n < 3) this.refresh();
}, 5);
console.log(timer.hasRef());
