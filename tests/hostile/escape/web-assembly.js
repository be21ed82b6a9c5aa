// WebAssembly compiles code that looks at no limit by itself; the strict default does not have it.
// outcome: output
console.log(typeof WebAssembly, Object.getOwnPropertyDescriptor(globalThis, 'WebAssembly'));
for (const value of [structuredClone({}), process, console]) if (/WebAssembly/.test(Object.getOwnPropertyNames(value).join())) console.log('found');
