// Headers without end.
// outcome: limit heap
// policy: {"heap":"48MiB","cpu_time":"10s"}
const headers = new Headers();
for (let i = 0; ; i++) headers.append(`n${i}`, 'x');
