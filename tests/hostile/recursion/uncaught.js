// A stack that ends, and nobody catches it.
// outcome: error 1
// says: RangeError
// policy: {"heap":"512MiB","cpu_time":"10s"}
function deep() { return deep() + 1; }
deep();
