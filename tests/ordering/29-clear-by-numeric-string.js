// clear accepts the number as a string, so a handle can be a key of an object.
const table = {};
table[setTimeout(() => console.log('never'), 5)] = 'a';
table[setInterval(() => console.log('never'), 5)] = 'b';
for (const key of Object.keys(table)) {
  console.log(/^[1-9][0-9]*$/.test(key));
  clearTimeout(key);
}
process.on('exit', () => console.log('exit'));
