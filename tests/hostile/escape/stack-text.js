// What a stack tells of the host: no file but the program's own.
// outcome: output
const stacks = [];
const look = () => stacks.push(new Error('x').stack);
look();
setTimeout(look, 1);
process.nextTick(look);
const target = new EventTarget();
target.addEventListener('x', look);
target.dispatchEvent(new Event('x'));
try { require('node:fs'); } catch (error) { stacks.push(error.stack); }
try { eval('1'); } catch (error) { stacks.push(error.stack); }
setTimeout(() => {
  const lines = stacks.join('\n').split('\n').filter((line) => line.includes('/') && !line.includes(__filename));
  console.log(stacks.length, lines);
}, 5);
