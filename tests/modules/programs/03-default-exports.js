// Every form of a default export, and the names that functions and classes get by it.
import fn from './fixtures/defaults/function.js';
import named from './fixtures/defaults/named.js';
import gen from './fixtures/defaults/generator.js';
import asyncFn from './fixtures/defaults/async.js';
import cls from './fixtures/defaults/class.js';
import namedClass from './fixtures/defaults/named_class.js';
import arrow from './fixtures/defaults/arrow.js';
import expression, { default as twice } from './fixtures/defaults/expression.js';
import parenthesised from './fixtures/defaults/parenthesised.js';
import staticName from './fixtures/defaults/static_name.js';
import list, { default as alias } from './fixtures/defaults/list.js';
import live, { change } from './fixtures/defaults/live.js';
import fixed, { change as changeFixed } from './fixtures/defaults/fixed.js';
import withoutSemicolon from './fixtures/defaults/no_semicolon.js';
import object from './fixtures/defaults/object.js';

console.log(fn.name, named.name, gen.name, asyncFn.name, cls.name, namedClass.name, arrow.name, parenthesised.name);
console.log(fn(), named(), [...gen()], await asyncFn(), new cls().ok, namedClass.ok, arrow(), parenthesised());
console.log(expression, twice, typeof staticName.name, staticName.name(), list, alias, withoutSemicolon, object);
change();
changeFixed();
console.log(live(), fixed);
console.log(Object.getOwnPropertyDescriptor(fn, 'name'));
