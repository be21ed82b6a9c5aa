// An import at the top of the main file is refused before anything runs.
// outcome: error 1
// says: ERR_DENIED
import * as fs from 'node:fs';
console.log('this must not run', typeof fs);
