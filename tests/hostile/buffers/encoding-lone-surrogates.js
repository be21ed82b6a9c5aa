// Halves of characters at every border.
// outcome: output
for (const text of ['\ud800', '\udc00\ud800', 'a'.repeat(16_383) + '\ud83d\ude00', 'a'.repeat(65_535) + '\ud83d', '\ud83d'.repeat(70_000)]) {
  const bytes = new TextEncoder().encode(text);
  const back = new TextDecoder().decode(bytes);
  console.log(text.length, bytes.length, back.length, back.isWellFormed(), new TextEncoder().encodeInto(text, new Uint8Array(5)).written <= 5);
}
