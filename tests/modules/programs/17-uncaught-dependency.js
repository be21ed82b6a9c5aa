// The same for one it imports; nobody listens here.
import './fixtures/tla/fails_later.js';
process.on('exit', (code) => console.log('never', code));
console.log('never');
