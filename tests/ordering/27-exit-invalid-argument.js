// process.exit refuses a code that is no integer, and the process goes on.
for (const value of ['abc', 1.5, {}, true]) {
  try {
    process.exit(value);
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
process.on('exit', (code) => console.log('exit', code));
setTimeout(() => process.exit('35'), 1);
