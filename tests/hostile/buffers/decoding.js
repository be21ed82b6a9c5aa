// Bytes that are no text, in pieces, in every encoding, with a decoder that is used from within itself.
// outcome: output
const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => (i * 7919) % 256);
for (const name of ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'latin1']) {
  for (const fatal of [false, true]) {
    const decoder = new TextDecoder(name, { fatal });
    for (let at = 0; at < bytes.length; at += 997) {
      try { decoder.decode(bytes.subarray(at, at + 997), { get stream() { try { decoder.decode(bytes.subarray(0, 3), { stream: true }); } catch {} return true; } }); } catch (error) { if (!(error instanceof TypeError)) console.log(error); }
    }
    try { decoder.decode(); } catch {}
  }
}
console.log('done');
