// An error that is its own cause, its own errors, its own name.
// outcome: error 1
// says: itself
// policy: {"heap":"512MiB","cpu_time":"10s"}
const error = new AggregateError([], 'itself');
error.cause = error;
error.errors = [error, [error], { error }];
error.self = error;
throw error;
