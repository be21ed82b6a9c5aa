// The console, the streams and the process, emptied while the host still has an error to report.
// outcome: error 1
// says: the last words
for (const object of [console, process, Object.getPrototypeOf(process), process.stdout, process.stderr]) {
  for (const key of Reflect.ownKeys(object)) {
    try { delete object[key]; } catch {}
  }
}
Object.setPrototypeOf(process, null);
for (const name of Object.getOwnPropertyNames(globalThis)) try { delete globalThis[name]; } catch {}
throw 'the last words';
