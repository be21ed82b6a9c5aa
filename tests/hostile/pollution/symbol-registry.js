// Registered symbols that the host uses, on objects of the program's.
// outcome: output
for (const name of ['nodejs.util.inspect.custom', 'nodejs.util.promisify.custom', 'nodejs.dispose', 'nodejs.rejection', 'nodejs.worker_threads.transfer']) {
  Object.defineProperty(Object.prototype, Symbol.for(name), { value: name.includes('inspect') ? () => 'shown by mine' : () => { throw new Error(name); }, configurable: true });
}
setTimeout(() => console.log({}), 1);
process.on('exit', () => console.log(structuredClone({ a: 1 }).a));
