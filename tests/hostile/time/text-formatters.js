// New formatters in a loop: each reads the data of a language.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
for (let i = 0;; i++) new Intl.DateTimeFormat(['de', 'en', 'ja', 'ar'][i % 4], { dateStyle: 'full' }).format(i * 1e9);
