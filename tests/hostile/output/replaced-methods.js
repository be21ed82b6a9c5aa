// The limit is not counted by anything that a program can replace.
// outcome: limit output
// policy: {"cpu_time":"10s"}
const { log } = console;
String.prototype.valueOf = String.prototype.toString = () => '';
String.prototype.isWellFormed = () => false;
TextEncoder.prototype.encode = () => new Uint8Array(0);
Number.prototype.valueOf = () => 0;
Math.min = Math.max = () => 0;
for (;;) log('the same line, over and over');
