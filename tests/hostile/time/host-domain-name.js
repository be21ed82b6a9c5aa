// Names of hosts in the scripts of the world, which take tables to look up.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const name = Array.from({ length: 60 }, (_, i) => 'bücher' + i).join('.');
for (;;) try { new URL('http://' + name + '/'); } catch {}
