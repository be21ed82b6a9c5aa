// Overflow warns at each call; a negative and a NaN delay warn once per process each.
process.on('warning', (warning) => console.log(`${warning.name}: ${warning.message}`));
const quiet = (delay) => clearTimeout(setTimeout(() => {}, delay));
quiet(2 ** 31);
quiet(Infinity);
quiet(-1);
quiet(-2);
quiet(NaN);
quiet('not a number');
clearInterval(setInterval(() => {}, -5));
quiet(0);
quiet(undefined);
console.log('warnings come by nextTick, after the script');
