// The same with a limit of five, reached by intervals and timeouts together.
// outcome: output
// policy: {"timers":5}
const handles = [];
try {
  for (;;) handles.push(handles.length % 2 ? setInterval(() => {}, 1e6) : setTimeout(() => {}, 1e6));
} catch (error) {
  console.log(error.name, error.code, handles.length);
}
handles.forEach(clearTimeout);
