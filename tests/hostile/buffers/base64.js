// Texts that are nearly Base64.
// outcome: output
let refused = 0;
for (const text of ['a', 'ab=', 'abc=d', '====', 'YQ==\0', 'YQ= =', '\u0100', 'ÿ', 'a'.repeat(70_001), '=' + 'a'.repeat(8), '\ud800', ' \t\n\f\r', 'YR==', 'é'.repeat(4)]) {
  try { atob(text); } catch (error) { if (error instanceof DOMException) refused++; else console.log(error); }
  try { atob(btoa(text)) === text || console.log('differs'); } catch (error) { if (!(error instanceof DOMException)) console.log(error); }
}
console.log(refused);
