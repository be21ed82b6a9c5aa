// An exit code that the program set stays; no warning is due then.
process.exitCode = 5;
await new Promise(() => {});
