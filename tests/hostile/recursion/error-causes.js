// An error with a hundred thousand causes, which the host prints when nobody catches it.
// outcome: error 1
// says: Error
// policy: {"heap":"512MiB","cpu_time":"10s"}
let error = new Error('first');
for (let i = 0; i < 100_000; i++) error = new Error('next', { cause: error });
throw error;
