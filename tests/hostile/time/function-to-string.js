// The text of a function, and the names of its parameters, over and over.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
function many() { return [many, many, many].map(String).join(''); }
for (;;) many();
