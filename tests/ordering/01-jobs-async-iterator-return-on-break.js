// Leaving a for await loop awaits the generator's finally.
async function* source() {
  try {
    yield 1;
    yield 2;
  } finally {
    await null;
    console.log('cleaned up');
  }
}
(async () => {
  for await (const value of source()) { console.log(value); break; }
  console.log('after loop');
})();
