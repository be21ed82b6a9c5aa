// Many timers due at once, each of which would take its whole time if the first had not ended the script.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
for (let i = 0; i < 1000; i++) setTimeout(() => { for (;;) {} }, 1);
