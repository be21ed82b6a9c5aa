// Endless promise jobs that begin with a promise that the engine settles.
// outcome: limit wall_time|cpu_time
// policy: {"web_assembly":true,"wall_time":"300ms","cpu_time":"300ms"}
// before: 1s
const code = [0, 97, 115, 109, 1, 0, 0, 0];
WebAssembly.compile(new Uint8Array(code)).then(async () => { for (;;) await null; });
