// So is an import of a file beside it.
// outcome: error 1
// says: ERR_DENIED
import { value } from './fixtures/good.mjs';
console.log('this must not run', value);
