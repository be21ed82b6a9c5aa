// The streams must lead to no descriptor of the host's, and write nowhere else.
// outcome: output
const attempts = [
  () => process.stdout._handle.fd, () => process.stdout.fd.constructor.constructor('return 1')(), () => process.stdin.read(),
  () => new console.Console({ stdout: { write: (text) => process.stdout.write('mine ' + text) } }).log('written'),
  () => new process.stdout.constructor(0).write('x'), () => process.stdout.write.call({ fd: 3 }, ''), () => process.stderr.destroy.call(process.stdout).fd,
];
for (const attempt of attempts) {
  try { attempt(); } catch (error) { if (!(error instanceof Error)) console.log('from another world'); }
}
console.log('still here');
