// Every function that a check could be made of is replaced by one that says yes; what is denied stays denied.
// outcome: output
const { log } = console;
const yes = () => true;
String.prototype.startsWith = String.prototype.endsWith = String.prototype.includes = yes;
Array.prototype.includes = Array.prototype.some = Array.prototype.every = Set.prototype.has = Map.prototype.has = WeakSet.prototype.has = yes;
RegExp.prototype.test = yes;
RegExp.prototype.exec = () => ['node:path'];
Map.prototype.get = () => ({ allowed: true });
Object.hasOwn = Object.prototype.hasOwnProperty = Reflect.has = Object.is = yes;
String.prototype.slice = String.prototype.toString = String.prototype.valueOf = () => 'node:path';
for (const attempt of [() => require('node:fs'), () => require('child_process'), () => require('/etc/passwd')]) {
  try { attempt(); log('gave'); } catch (error) { log(error.code); }
}
import('node:fs').then(() => log('gave'), (error) => log(error.code));
