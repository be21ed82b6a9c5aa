// As much as is allowed, to the byte: nothing is cut off.
// outcome: output
// policy: {"output":"64B"}
console.log('x'.repeat(31));
console.log('y'.repeat(31));
