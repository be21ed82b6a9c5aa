// export *: what is passed on, what hides what, and names that more than one module gives.
import * as all from './fixtures/stars/all.js';
import { own, one, same } from './fixtures/stars/all.js';
import * as loop from './fixtures/stars/loop_a.js';
console.log(Object.keys(all).join(), own, one, same);
console.log('ambiguous' in all, all.ambiguous, 'default' in all, all.spaces.two, all.again === all.spaces);
console.log(Object.keys(loop).join(), loop.a, loop.b);
for (const module of ['ambiguous_import', 'missing_import', 'missing_reexport', 'circular_reexport']) {
  try {
    await import(`./fixtures/stars/${module}.js`);
  } catch (error) {
    console.log(module, error.name);
  }
}
