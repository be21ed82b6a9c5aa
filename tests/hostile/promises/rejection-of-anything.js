// Reasons that are no errors, and fight being shown.
// outcome: error 1
// says: ERR_UNHANDLED_REJECTION
Promise.reject(Object.create(new Proxy({}, { get(_, key) { throw new Error(String(key)); }, getPrototypeOf: () => null })));
