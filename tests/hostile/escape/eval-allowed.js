// The policy that allows eval and Function: then they work, and limits hold for what they make.
// outcome: limit wall_time|cpu_time
// policy: {"eval":true,"wall_time":"200ms","cpu_time":"200ms"}
if (eval('1 + 1') === 2) Function('for (;;) {}')();
