// Turns the text of an ES module into that of a function that the engine can run without knowing modules. The result keeps every token
// that means the same in both; what differs is replaced in place, and a map says where everything came from.
//
//   import { a } from './x.js';        (function*($m){"use strict";var $mi=yield{__proto__:null,b:{get v(){return b}}};var $m0=$mi[0];yield;;
//   export const b = a() + 1;                 const b = (0,$m0.v)() + 1;
//                                      })
//
// The function is a generator, run in three steps. The first gives its exports, as cells whose `v` reads the local variable: so it is live,
// and throws before the variable is initialised. The second takes the cells of its imports. The third is the module's evaluation, and yields
// once for each top-level `await`: where it stands and what it waits for.
'use strict';

const { findToken, parse } = require('parse');
const { Rewriter } = require('text');
const { followAwaits } = require('awaits');
const { freePrefix } = require('script');
const { Walk, kCall, kShorthand, kMember, kWrite, kShorthandWrite, kTypeof } = require('scopes');

const kAnonymous = '*default*'; // ECMAScript's own name for the variable behind `export default` without one

const nameOf = (node) => (node.type === 'Literal' ? node.value : node.name);

function namesOfPattern(pattern, found) {
  switch (pattern.type) {
    case 'Identifier': found(pattern.name); break;
    case 'ObjectPattern': for (const { value, argument } of pattern.properties) namesOfPattern(value ?? argument, found); break;
    case 'ArrayPattern': for (const element of pattern.elements) if (element !== null) namesOfPattern(element, found); break;
    case 'AssignmentPattern': namesOfPattern(pattern.left, found); break;
    case 'RestElement': namesOfPattern(pattern.argument, found); break;
    default: throw new Error(`a pattern of type ${pattern.type}`);
  }
}

class ModuleTransform {
  constructor(text) {
    this.text = text;
    this.prefix = freePrefix(text);
    this.out = new Rewriter(text);
    this.requests = []; // { specifier, attributes, line, column }
    this.requestIndex = new Map();
    this.imports = new Map(); // local name -> { local, request, name, line, column, cell }; a null name means the namespace
    this.cells = 0; // how many of the imports are used: those have a cell
    this.locals = new Map(); // exported name -> local name
    this.indirect = []; // { exported, request, name, line, column }
    this.stars = []; // requests
    this.waits = false;
    this.namesDefault = false;
    this.follows = false; // has functions that wait
    this.statements = new Set(); // where expression statements of a list start
    this.labels = new Map(); // labelled statement -> where the first of its labels starts
  }

  run() {
    const { tree } = parse(this.text, 'module');
    if (this.text.startsWith('#!')) this.out.replace(0, 2, '//');
    for (const node of tree.body) if (node.source) this.request(node); // in the order of the text, which is that of evaluation
    for (const node of tree.body) if (node.type === 'ImportDeclaration') this.readImport(node);
    for (const node of tree.body) this.readExport(node);
    const { prefix: p } = this;
    // First, as of two insertions at one place the one made first is the inner one.
    this.follows = followAwaits(tree, this.out, { resume: `${p}r`, context: `${p}c`, frame: `${p}f` }, false);
    const walk = new Walk(this.imports, this);
    for (const { node, how } of walk.module(tree)) this.replaceUse(node, how);
    return this.result(walk.hasEval);
  }

  // ---- what the module says about others ----------------------------------------------------------------------------

  request({ source, attributes }) {
    const pairs = attributes.map(({ key, value }) => [nameOf(key), value.value]);
    pairs.sort(([a], [b]) => (a < b ? -1 : 1));
    const key = JSON.stringify([source.value, pairs]);
    let index = this.requestIndex.get(key);
    if (index === undefined) {
      index = this.requests.length;
      this.requestIndex.set(key, index);
      this.requests.push({ specifier: source.value, attributes: pairs, ...this.out.positionAt(source.start) });
    }
    return index;
  }

  readImport(node) {
    const request = this.request(node);
    for (const specifier of node.specifiers) {
      const local = specifier.local.name;
      const name = specifier.type === 'ImportDefaultSpecifier' ? 'default' :
        specifier.type === 'ImportNamespaceSpecifier' ? null : nameOf(specifier.imported);
      this.imports.set(local, { local, request, name, ...this.out.positionAt(specifier.start), cell: -1 });
    }
  }

  readExport(node) {
    switch (node.type) {
      case 'ExportAllDeclaration': {
        const request = this.request(node);
        if (node.exported === null) this.stars.push(request);
        else this.indirect.push({ exported: nameOf(node.exported), request, name: null, ...this.out.positionAt(node.start) });
        break;
      }
      case 'ExportDefaultDeclaration': {
        const { type, id } = node.declaration;
        this.locals.set('default', type.endsWith('Declaration') && id ? id.name : kAnonymous); // an expression's own name declares nothing
        break;
      }
      case 'ExportNamedDeclaration':
        if (node.declaration) this.readDeclaration(node.declaration);
        else if (node.source) this.readReexports(node, this.request(node));
        else for (const { local, exported } of node.specifiers) this.exportLocal(nameOf(exported), local.name);
        break;
    }
  }

  readDeclaration(declaration) {
    const found = (name) => this.locals.set(name, name);
    if (declaration.type !== 'VariableDeclaration') found(declaration.id.name);
    else for (const { id } of declaration.declarations) namesOfPattern(id, found);
  }

  readReexports(node, request) {
    for (const { local, exported, start } of node.specifiers) {
      this.indirect.push({ exported: nameOf(exported), request, name: nameOf(local), ...this.out.positionAt(start) });
    }
  }

  // To export what was imported is to re-export it: no variable of this module is involved.
  exportLocal(exported, local) {
    const imported = this.imports.get(local);
    if (imported === undefined) this.locals.set(exported, local);
    else this.indirect.push({ ...imported, exported });
  }

  // ---- what the walk meets ------------------------------------------------------------------------------------------

  statement(node) {
    this.statements.add(node.start);
  }

  // Text that begins with a parenthesis would continue the line before it, where the original began a statement.
  opening(start, text) {
    return this.statements.has(start) ? `;${text}` : text;
  }

  label(node) {
    this.labels.set(node.body, this.labels.get(node) ?? node.start);
  }

  importCall(node) {
    this.out.replace(node.start, node.start + 'import'.length, `${this.prefix}.import`);
  }

  importMeta(node) {
    this.out.replace(node.start, node.end, `${this.prefix}.meta`);
  }

  // In a module `a<!--b` compares; in a function's text it begins a comment.
  less({ right }) {
    if (this.text.startsWith('<!--', right.start - 1)) this.out.insert(right.start, ' ');
  }

  await(node, before) {
    this.waits = true;
    if (before) {
      const { line, column } = this.out.positionAt(node.start);
      this.out.replace(node.start, node.start + 'await'.length, this.opening(node.start, `(yield[${line},${column},`));
    } else {
      this.out.insert(node.end, '])');
    }
  }

  // for await (LEFT of RIGHT) BODY, taken apart: a generator must yield where the loop waits. `steps()` is in esm_context.js.
  forAwait(node, before) {
    const { out, prefix: p } = this;
    const { left, right, body, start } = node;
    const declares = left.type === 'VariableDeclaration';
    if (before) {
      this.waits = true;
      const { line, column } = out.positionAt(start);
      out.insert(this.labels.get(node) ?? start,
        `{const ${p}s=${p}.steps(${line},${column},`, { from: right.start, to: right.end }, ');try{');
      out.replace(start, left.start, `for(;;){if(${p}s.take(yield ${p}s.ask()))break;${declares ? '' : '('}`);
    } else {
      out.replace(left.end, body.start, `=${p}s.value${declares ? '' : ')'};`);
      out.insert(body.end, `}}catch(${p}e){try{if(${p}s.leave())yield ${p}s.closing}catch{}throw ${p}e}` +
        `finally{if(${p}s.leave())${p}s.check(yield ${p}s.closing)}}`);
    }
  }

  // Import and export statements; for `export default` before and after what it exports.
  declaration(node, before) {
    if (node.type === 'ExportDefaultDeclaration') this.exportDefault(node, before);
    else if (node.declaration) this.out.blank(node.start, node.declaration.start);
    else this.out.blank(node.start, node.end, ';');
  }

  exportDefault(node, before) {
    const { out, text, prefix } = this;
    const { declaration } = node;
    const isFunction = declaration.type === 'FunctionDeclaration';
    if (isFunction || (declaration.type === 'ClassDeclaration' && declaration.id)) {
      if (!before) return;
      out.blank(node.start, declaration.start);
      if (declaration.id) return;
      this.namesDefault = true; // its name cannot be written: it is set when the module is linked
      out.insert(findToken(text, declaration.start, '(').start, ` ${prefix}default`);
    } else if (before) {
      // The value of a property of that name: so an anonymous function or class is called `default`, as it must be.
      out.replace(node.start, findToken(text, node.start, 'default').end, `const ${prefix}default={default:`);
    } else {
      const semicolon = node.end > declaration.end && text[node.end - 1] === ';';
      out.replace(semicolon ? node.end - 1 : node.end, node.end, '}.default;');
    }
  }

  replaceUse(node, how) {
    const { out, prefix } = this;
    const imported = this.imports.get(node.name);
    let replacement;
    if (imported === undefined) {
      replacement = how === kTypeof ? 'void 0' : `${prefix}.arguments`;
    } else if (how === kWrite || how === kShorthandWrite) {
      replacement = `${prefix}.imports.${node.name}`; // has getters only: throws the TypeError that is due
    } else {
      if (imported.cell === -1) imported.cell = this.cells++;
      replacement = `${prefix}${imported.cell}.${how === kMember && imported.name === null ? 'n' : 'v'}`;
      if (how === kCall) replacement = this.opening(node.start, `(0,${replacement})`);
    }
    if (how === kShorthand || how === kShorthandWrite) replacement = `${node.name}:${replacement}`;
    out.replace(node.start, node.end, replacement);
  }

  // ---- the whole ----------------------------------------------------------------------------------------------------

  result(hasEval) {
    const { prefix: p } = this;
    const cells = [...new Set(this.locals.values())].map((local) => {
      const [key, variable] = local === kAnonymous ? [`"${kAnonymous}"`, `${p}default`] :
        local === '__proto__' ? ['["__proto__"]', local] : [local, local];
      return `,${key}:{get v(){return ${variable}}}`;
    });
    const numbers = Array.from({ length: this.cells }, (_, i) => i);
    const take = numbers.length === 0 ? ['', ''] :
      [`var ${p}i=`, `var ${numbers.map((i) => `${p}${i}=${p}i[${i}]`).join(',')};`];
    // Code in eval() is seen by nobody before it runs: it finds imports by their names, as properties of an object.
    const around = hasEval ? [`(function(${p}){with(${p}.imports)return(function*(){`, '})()})'] : [`(function*(${p}){`, '})'];
    const following = this.follows ? `var ${p}r=${p}.resume,${p}c=${p}.asyncContext;` : '';
    const { text, map } = this.out.finish(
      `${around[0]}"use strict";${following}${take[0]}yield{__proto__:null${cells.join('')}};${take[1]}yield;`, around[1]);
    return {
      meta: {
        requests: this.requests,
        imports: [...this.imports.values()],
        locals: [...this.locals],
        indirect: this.indirect,
        stars: this.stars,
        waits: this.waits,
        namesDefault: this.namesDefault,
        map: map.join(),
      },
      text,
    };
  }
}

module.exports = { transformModule: (text) => new ModuleTransform(text).run() };
