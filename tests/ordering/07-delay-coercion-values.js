// Delays are coerced like numbers: below 1 and above 2^31-1 become 1, a fraction is kept in the handle.
process.on('warning', () => {});
const values = [0.5, 0.999, 1, 1.5, 2.9, '10', ' 12 ', '0x10', '1e2', true, [25], new Date(30), -1, -0.5, NaN, 'abc', {},
  Infinity, -Infinity, 2 ** 31 - 1, 2 ** 31, 2 ** 31 - 1.5, 1e300, { valueOf: () => 40 }];
for (const value of values) {
  const timeout = setTimeout(() => {}, value);
  const interval = setInterval(() => {}, value);
  console.log(typeof value, timeout._idleTimeout, interval._idleTimeout);
  clearTimeout(timeout);
  clearInterval(interval);
}
