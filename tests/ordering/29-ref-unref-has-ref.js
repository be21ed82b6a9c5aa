// ref and unref are idempotent, return the handle, and hasRef tells the state.
const timer = setTimeout(() => console.log('never'), 5000);
console.log(timer.hasRef(), timer.unref() === timer, timer.hasRef(), timer.unref().unref().hasRef());
console.log(timer.ref() === timer, timer.hasRef(), timer.ref().ref().hasRef(), timer.unref().hasRef());
const immediate = setImmediate(() => console.log('immediate, never: it is unrefd'));
console.log(immediate.hasRef(), immediate.unref() === immediate, immediate.hasRef());
const again = setImmediate(() => console.log('refd again'));
console.log(again.unref().ref() === again, again.hasRef());
clearImmediate(immediate);
