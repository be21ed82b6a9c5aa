// In a cycle, functions are there before their module has run; variables are not, and say so.
import { a } from './fixtures/cycle_a.js';
import './fixtures/self_import.js';
console.log('main', a);
