// process.exit stops the running JavaScript: no catch, no finally, no generator clean-up, up the whole stack.
process.on('exit', (code) => console.log('exit', code));
function* numbers() { try { yield 1; yield 2; } finally { console.log('never: generator'); } }
function inner() { try { process.exit(17); } catch { console.log('never: catch'); } finally { console.log('never: inner'); } }
setTimeout(() => {
  try {
    for (const n of numbers()) [n].forEach(inner);
  } finally {
    console.log('never: outer');
  }
}, 1);
