// A .js file whose package does not say what it is: its text decides.
process.on('warning', (warning) => warning.code && console.log(warning.name, warning.code));
for (const name of ['esm', 'cjs', 'both', 'await', 'meta', 'redeclares', 'no_extension', 'neither', 'strict_only', 'typed/commonjs', 'dynamic']) {
  const file = name === 'no_extension' ? name : `${name}.js`;
  await import(`./fixtures/undecided/${file}`).then((ns) => console.log(name, Object.keys(ns), ns.default), (error) => console.log(name, error.name));
}
await new Promise((resolve) => setTimeout(resolve, 1));
