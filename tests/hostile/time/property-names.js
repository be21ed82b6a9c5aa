// An object of many properties: listed, copied, deleted, and built again.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
for (;;) {
  const object = {};
  for (let i = 0; i < 20_000; i++) object['key' + i] = i;
  Object.keys({ ...object }).forEach((key) => delete object[key]);
}
