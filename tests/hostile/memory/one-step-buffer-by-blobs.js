// Buffers beyond the limit of one step, by what makes and reads Blobs and bodies. A blob itself is no buffer: it may be larger.
// outcome: output
// policy: {"buffer_bytes":1000000}
const half = new Uint8Array(900_000);
const large = new Blob([half, half]);
const attempts = {
  text: () => new Blob(['x'.repeat(1 << 20)]),
  parts: () => large,
  slice: () => large.slice(1),
  arrayBuffer: () => large.arrayBuffer(),
  bytes: () => large.bytes(),
  asText: () => large.text(),
  small: () => large.slice(0, 10).arrayBuffer(),
  body: () => new Response('x'.repeat(1 << 20)),
  bodyOfBlob: () => new Response(large),
  bodyBytes: () => new Response(large).bytes(),
  bodyBlob: () => new Response(large).blob(),
  bodyStream: () => new Response(large.stream()).text(),
  form() {
    const data = new FormData();
    data.append('a', large);
    return new Response(data).formData();
  },
};
(async () => {
  for (const [name, attempt] of Object.entries(attempts)) {
    try {
      const made = await attempt();
      console.log(name, 'made', made.size ?? made.byteLength ?? made.constructor.name);
    } catch (error) {
      console.log(name, error.name, error.code);
    }
  }
})();
