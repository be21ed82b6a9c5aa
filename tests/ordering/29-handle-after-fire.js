// A fired timeout has no ref any more.
const timer = setTimeout(() => {
  setImmediate(() => console.log('after firing', timer.hasRef(), timer._destroyed));
}, 1);
console.log('before', timer.hasRef(), timer._destroyed);
