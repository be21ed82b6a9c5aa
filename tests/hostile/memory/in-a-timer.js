// Memory that grows over many short tasks, none of which does much.
// outcome: limit heap
// policy: {"heap":"48MiB","cpu_time":"10s"}
const all = [];
setInterval(() => { for (let i = 0; i < 20; i++) all.push(new Array(10_000).fill(1.5)); }, 1);
