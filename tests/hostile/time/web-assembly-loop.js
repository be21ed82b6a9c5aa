// With the right to WebAssembly: a function of it that is nothing but a loop.
// outcome: limit wall_time|cpu_time
// policy: {"web_assembly":true,"wall_time":"300ms","cpu_time":"300ms"}
const code = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 8, 1, 4, 108, 111, 111, 112, 0, 0, 10, 9, 1, 7, 0, 3, 64, 12, 0, 11, 11];
new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(code))).exports.loop();
