// The names a CommonJS module exports, as far as its text tells: what `import { name }` may ask for before the module has run. The forms
// are those that Node recognises (assignments, object literals, defineProperty, and what compilers write to re-export); like there, names
// of scopes do not matter: `exports` is what it looks like, wherever it stands.
'use strict';

const { parse } = require('parse');

const isName = (node, name) => node?.type === 'Identifier' && node.name === name;

// The key of `object.key` or `object['key']`, else null.
function keyOf(member) {
  if (!member.computed) return member.property.type === 'Identifier' ? member.property.name : null;
  return typeof member.property.value === 'string' ? member.property.value : null;
}

const isModuleExports = (node) => node.type === 'MemberExpression' && !node.computed && isName(node.object, 'module') &&
  isName(node.property, 'exports');
const isExports = (node) => isName(node, 'exports') || isModuleExports(node);

// The text of require('text'), else null.
function required(node) {
  if (node?.type !== 'CallExpression' || !isName(node.callee, 'require')) return null;
  const [argument] = node.arguments;
  return typeof argument?.value === 'string' ? argument.value : null;
}

const beginsWithName = (node) => node.type === 'Identifier' || (node.type === 'MemberExpression' && beginsWithName(node.object)) ||
  (node.type === 'CallExpression' && beginsWithName(node.callee));

class NameFinder {
  exports = new Set();
  reexports = new Set();
  variables = new Map(); // variable -> what it required

  visit(node) {
    switch (node.type) {
      case 'AssignmentExpression': this.assignment(node); break;
      case 'CallExpression': this.call(node); break;
      case 'VariableDeclarator': {
        // const x = require('y'), or around it what makes a namespace of it
        const from = required(node.init) ?? (node.init?.type === 'CallExpression' ? required(node.init.arguments[0]) : null);
        if (from !== null && node.id.type === 'Identifier') this.variables.set(node.id.name, from);
        break;
      }
    }
    for (const key in node) {
      const child = node[key];
      if (child === null || typeof child !== 'object') continue;
      if (Array.isArray(child)) {
        for (const element of child) if (typeof element?.type === 'string') this.visit(element);
      } else if (typeof child.type === 'string') {
        this.visit(child);
      }
    }
  }

  assignment({ operator, left, right }) {
    if (operator !== '=' || left.type !== 'MemberExpression') return;
    if (isExports(left.object)) {
      const key = keyOf(left);
      if (key !== null) this.exports.add(key);
    }
    if (!isModuleExports(left)) return;
    this.reexports.clear();
    const from = required(right);
    if (from !== null) this.reexports.add(from);
    else if (right.type === 'ObjectExpression') this.literal(right);
  }

  // The first property that is more than a name ends it.
  literal({ properties }) {
    for (const property of properties) {
      if (property.type === 'SpreadElement') {
        const from = required(property.argument);
        if (from !== null) this.reexports.add(from);
        else if (property.argument.type !== 'Identifier') return;
        continue;
      }
      const key = property.computed ? null : property.key.name ?? property.key.value;
      if (typeof key !== 'string' || property.kind !== 'init') return;
      if (!property.method && !beginsWithName(property.value)) return;
      this.exports.add(key);
      if (property.value.type !== 'Identifier') return;
    }
  }

  call({ callee, arguments: list }) {
    const name = callee.type === 'MemberExpression' ? keyOf(callee) : callee.name;
    if (name === '__export' || name === '__exportStar') {
      const from = required(list[0]);
      if (from !== null) this.reexports.add(from);
    } else if (callee.type !== 'MemberExpression') {
      return;
    } else if (name === 'defineProperty' && isName(callee.object, 'Object')) {
      this.definition(list);
    } else if (name === 'forEach') {
      this.copyLoop(callee.object, list[0]);
    }
  }

  // Object.defineProperty(exports, 'name', { enumerable: true, value | get })
  definition([target, key, descriptor]) {
    if (target === undefined || !isExports(target) || typeof key?.value !== 'string' || descriptor?.type !== 'ObjectExpression') return;
    let [first, second] = descriptor.properties;
    if (first?.key?.name === 'enumerable') {
      if (first.value.value !== true) return;
      first = second;
    }
    if (first?.key?.name === 'value') this.exports.add(key.value);
    if (first?.key?.name !== 'get' || first.value.type !== 'FunctionExpression' || first !== descriptor.properties.at(-1)) return;
    const [statement] = first.value.body.body;
    const read = statement?.type === 'ReturnStatement' ? statement.argument : null;
    if (isName(read, read?.name) || (read?.type === 'MemberExpression' && read.object.type === 'Identifier' && keyOf(read) !== null)) {
      this.exports.add(key.value);
    }
  }

  // Object.keys(variable).forEach(function (key) { ... exports[key] = variable[key] ... })
  copyLoop(keys, callback) {
    if (keys.type !== 'CallExpression' || keys.callee.type !== 'MemberExpression' || !isName(keys.callee.object, 'Object') ||
      keyOf(keys.callee) !== 'keys' || keys.arguments[0]?.type !== 'Identifier' || !callback?.body || callback.params.length !== 1) return;
    const from = this.variables.get(keys.arguments[0].name);
    const key = callback.params[0].name;
    let copies = false;
    const look = (node) => {
      if (node.type === 'AssignmentExpression' && node.left.type === 'MemberExpression' && node.left.computed &&
        isExports(node.left.object) && isName(node.left.property, key)) copies = true;
      if (node.type === 'CallExpression' && node.arguments.length === 3 && isExports(node.arguments[0]) && isName(node.arguments[1], key)) {
        copies = true;
      }
      for (const child of Object.values(node)) {
        for (const each of Array.isArray(child) ? child : [child]) if (typeof each?.type === 'string') look(each);
      }
    };
    look(callback.body);
    if (copies && from !== undefined) this.reexports.add(from);
  }
}

/// { meta: { exports, reexports }, text: '' }
function exportedNames(text) {
  const finder = new NameFinder();
  finder.visit(parse(text, 'commonjs').tree);
  const exports = [...finder.exports].filter((name) => name.isWellFormed());
  return { meta: { exports, reexports: [...finder.reexports] }, text: '' };
}

module.exports = { exportedNames };
