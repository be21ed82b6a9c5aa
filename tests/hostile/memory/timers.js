// Timers without an end: their number has a limit of its own, which can be caught.
// outcome: output
const handles = [];
try {
  for (;;) handles.push(setTimeout(() => console.log('fired'), 1e6));
} catch (error) {
  console.log(error.name, error.code, handles.length);
}
for (const handle of handles) clearTimeout(handle);
setTimeout(() => console.log('there is room again'), 1);
