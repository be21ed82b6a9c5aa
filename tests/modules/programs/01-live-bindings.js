// An import is the exporting module's variable itself: every change shows, in every importer, under every name it was passed on with.
import { count, increment, count as again, fn, swap } from './fixtures/counter.js';
import * as counter from './fixtures/counter.js';
import { renamed, counter as inner } from './fixtures/counter_reexport.js';
import theDefault from './fixtures/counter.js';

const all = () => console.log(count, again, counter.count, renamed, inner.count, theDefault);
all();
increment();
all();
increment();
all();
console.log(fn(), counter.fn());
swap();
console.log(fn(), counter.fn(), typeof fn);
const read = () => count;
increment();
console.log(read(), `${count}`, [count], { count }, { count: count + 1 }, count ? 'yes' : 'no', (count, count));
for (const n of [count]) console.log('of', n);
{
  const count = 'shadow';
  console.log(count);
}
((count) => console.log(count))('parameter');
try {
  throw 'caught';
} catch (count) {
  console.log(count);
}
function defaults(value = count) {
  var count = 'local';
  return [value, count];
}
console.log(...defaults());
label: for (let count = 0; ; count++) if (count > 2) break label;
class Holder {
  static count = count;
  [`m${count}`] = count;
  count() { return count; }
}
console.log(Holder.count, new Holder().count(), Object.keys(new Holder()));
