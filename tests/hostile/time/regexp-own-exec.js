// An exec of its own that always matches the empty text.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const regexp = /x/g;
regexp.exec = () => ({ index: 0, length: 1, 0: 'x', get groups() { return undefined; } });
'abc'.replace(regexp, '');
