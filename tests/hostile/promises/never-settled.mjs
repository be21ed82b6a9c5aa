// A main module that waits for what never comes: the loop has nothing to do, and the program ends with the code for that.
// outcome: error 13
// says: unsettled
await new Promise(() => {});
