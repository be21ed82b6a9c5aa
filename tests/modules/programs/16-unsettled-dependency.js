// What waits may be a module that the main module imports.
import './fixtures/tla/unsettled.js';
console.log('never');
