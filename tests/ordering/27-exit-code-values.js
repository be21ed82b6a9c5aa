// exitCode takes integers and strings of integers; anything else is an error at the assignment.
for (const value of [0, 255, 256, -1, '7', ' 8 ', '0x9', '', 'abc', 1.5, NaN, Infinity, true, {}, [], 3n, '1.5', Symbol('s')]) {
  try {
    process.exitCode = value;
    console.log('accepted', typeof process.exitCode, process.exitCode);
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
process.exitCode = '9';
process.on('exit', (code) => console.log('exit', typeof code, code));
