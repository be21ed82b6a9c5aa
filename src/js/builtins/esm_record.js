// Module records and linking, as ECMA-262 has them (16.2.1): names below are the specification's. Evaluation is in esm_evaluate.js, loading
// in esm_load.js.
//
// A binding is a cell, an object whose `v` is the current value: a getter that the exporting module itself made, so that reading it before
// its variable is initialised throws what the language throws. An importing module holds the cells of what it imports, whatever modules
// passed them on.
'use strict';

const {
  Error, GeneratorPrototypeNext, JSONParse, ObjectDefineProperty, ObjectHasOwn, ObjectSetPrototypeOf, RangeError, SafeMap, SafeSet,
  StringPrototypeIndexOf, StringPrototypeSlice, bareArray,
} = primordials;
const { moduleContext } = require('esm_context');
const positions = require('source_positions');

// [[Status]], in its order.
const kUnlinked = 0;
const kLinking = 1;
const kLinked = 2;
const kEvaluating = 3;
const kEvaluatingAsync = 4;
const kEvaluated = 5;

const kAmbiguous = { __proto__: null }; // what ResolveExport gives for a name that several stars lead to
const kNamespace = null; // a resolution's name when it is a namespace and no binding

// What all modules share. A module of another kind than ES has its names from the start, and its cells are set when it is evaluated.
class ModuleRecord {
  constructor(url) {
    this.url = url;
    this.namespace = null;
    this.resolutions = new SafeMap(); // of names asked for from outside; what the graph says does not change
  }

  /// { module, name }, kAmbiguous, or null.
  resolve(name) {
    let found = this.resolutions.get(name);
    if (found === undefined) {
      found = this.resolveExport(name, new SafeMap());
      this.resolutions.set(name, found);
    }
    return found;
  }

  getNamespace() {
    if (this.namespace === null) {
      const names = this.exportedNames(new SafeSet());
      const cells = { __proto__: null };
      const kept = bareArray();
      for (let i = 0; i < names.length; i++) {
        const found = this.resolve(names[i]);
        if (found === null || found === kAmbiguous || ObjectHasOwn(cells, names[i])) continue;
        cells[names[i]] = cellOf(found);
        kept[kept.length] = names[i];
      }
      this.namespace = require('esm_namespace').makeNamespace(kept, cells);
    }
    return this.namespace;
  }
}
ObjectSetPrototypeOf(ModuleRecord.prototype, null); // setters that a program plants on Object.prototype stay out

// The cell of a namespace: made when it is looked at, as making it settles which names the module has.
class NamespaceCell {
  #module;
  constructor(module) {
    this.#module = module;
  }
  get v() {
    return this.#module.getNamespace().namespace;
  }
  get n() {
    return this.#module.getNamespace().direct;
  }
}
ObjectSetPrototypeOf(NamespaceCell.prototype, null);

const cellOf = ({ module, name }) => (name === kNamespace ? new NamespaceCell(module) : module.cell(name));

// ---- modules that are no ES modules ---------------------------------------------------------------------------------

class ValueCell {
  #value;
  get v() {
    return this.#value;
  }
  static set(cell, value) {
    cell.#value = value;
  }
}
ObjectSetPrototypeOf(ValueCell.prototype, null);

/// Names are known when it is asked for them; their values come with evaluate(), which calls `run(set)` once.
class SyntheticModule extends ModuleRecord {
  constructor(url, run) {
    super(url);
    this.run = run;
    this.cells = new SafeMap();
    this.evaluated = false;
    this.failed = false;
    this.error = undefined;
  }

  /// Replaced by modules that find their names only when somebody asks.
  names() {
    const names = bareArray();
    names[0] = 'default';
    return names;
  }

  hasName(name) {
    const names = this.names();
    for (let i = 0; i < names.length; i++) if (names[i] === name) return true;
    return false;
  }

  exportedNames() {
    return this.names();
  }

  resolveExport(name) {
    return this.hasName(name) ? { module: this, name } : null;
  }

  cell(name) {
    let cell = this.cells.get(name);
    if (cell === undefined) {
      cell = new ValueCell();
      this.cells.set(name, cell);
      if (this.evaluated && !this.failed) ValueCell.set(cell, this.valueOf(name));
    }
    return cell;
  }

  /// Throws what running it threw, each time.
  evaluate() {
    if (!this.evaluated) {
      this.evaluated = true;
      try {
        this.valueOf = this.run();
        this.cells.forEach((cell, name) => ValueCell.set(cell, this.valueOf(name)));
      } catch (error) {
        this.failed = true;
        this.error = error;
      }
    }
    if (this.failed) throw this.error;
  }
}

// ---- ES modules -----------------------------------------------------------------------------------------------------

class SourceModule extends ModuleRecord {
  /// `description` is what src/js/transform/module.js makes: { requests, imports, locals, indirect, stars, waits, namesDefault, map }.
  constructor(url, description, text, isMain) {
    super(url);
    this.description = description;
    this.text = text;
    this.isMain = isMain;
    this.requested = bareArray(); // the modules behind description.requests, when they are loaded
    this.loading = false;
    this.linkFailed = false;
    this.loaded = false;
    this.local = new SafeMap(); // exported name -> local name
    for (let i = 0; i < description.locals.length; i++) this.local.set(description.locals[i][0], description.locals[i][1]);
    this.generator = null;
    this.cells = null;
    this.context = null;

    // The fields of Cyclic Module Records.
    this.status = kUnlinked;
    this.evaluationError = null; // { value } of a throw completion
    this.dfsIndex = -1;
    this.dfsAncestorIndex = -1;
    this.cycleRoot = null;
    this.asyncEvaluationOrder = 0; // 0: unset; Infinity: done
    this.topLevelCapability = null;
    this.asyncParentModules = bareArray();
    this.pendingAsyncDependencies = 0;
    this.awaitsAt = null; // [line, column] of the top-level await it stands at
  }

  get hasTLA() {
    return this.description.waits;
  }

  cell(local) {
    return this.cells[local];
  }

  // GetExportedNames; null for a star that leads back.
  exportedNames(visited) {
    const names = bareArray();
    if (visited.has(this)) return names;
    visited.add(this);
    const { locals, indirect, stars } = this.description;
    for (let i = 0; i < locals.length; i++) names[names.length] = locals[i][0];
    for (let i = 0; i < indirect.length; i++) names[names.length] = indirect[i].exported;
    const seen = new SafeSet();
    for (let i = 0; i < names.length; i++) seen.add(names[i]);
    for (let i = 0; i < stars.length; i++) {
      const more = this.requested[stars[i]].exportedNames(visited);
      for (let j = 0; j < more.length; j++) {
        if (more[j] === 'default' || seen.has(more[j])) continue;
        seen.add(more[j]);
        names[names.length] = more[j];
      }
    }
    return names;
  }

  // ResolveExport. `path`: where this search has been, as sets of modules by name.
  resolveExport(name, path) {
    let been = path.get(name);
    if (been === undefined) path.set(name, been = new SafeSet());
    if (been.has(this)) return null;
    been.add(this);
    const local = this.local.get(name);
    if (local !== undefined) return { module: this, name: local };
    const { indirect, stars } = this.description;
    for (let i = 0; i < indirect.length; i++) {
      if (indirect[i].exported !== name) continue;
      const target = this.requested[indirect[i].request];
      return indirect[i].name === kNamespace ? { module: target, name: kNamespace } : target.resolveExport(indirect[i].name, path);
    }
    if (name === 'default') return null;
    let found = null;
    for (let i = 0; i < stars.length; i++) {
      const next = this.requested[stars[i]].resolveExport(name, path);
      if (next === kAmbiguous) return next;
      if (next === null) continue;
      if (found === null) found = next;
      else if (found.module !== next.module || found.name !== next.name) return kAmbiguous;
    }
    return found;
  }

  // The part of InitializeEnvironment that can fail.
  checkNames() {
    const { indirect, imports } = this.description;
    for (let i = 0; i < indirect.length; i++) {
      const entry = indirect[i];
      if (entry.name !== kNamespace) this.mustResolve(this.resolve(entry.exported), entry);
    }
    for (let i = 0; i < imports.length; i++) {
      const entry = imports[i];
      if (entry.name !== kNamespace) this.mustResolve(this.requested[entry.request].resolve(entry.name), entry);
    }
  }

  mustResolve(found, { name, request, line, column }) {
    if (found !== null && found !== kAmbiguous) return;
    const { specifier } = this.description.requests[request];
    throw require('esm_errors').syntaxErrorAt(found === null ?
      `The requested module '${specifier}' does not provide an export named '${name}'` :
      `The requested module '${specifier}' contains conflicting star exports for name '${name}'`, this.url, line, column);
  }

  // Compiles it and makes its cells; nothing of the program runs.
  instantiate() {
    if (this.generator !== null) return;
    positions.remember(this.url, this.description.map, this.description.imports);
    let make;
    try {
      make = native.evaluate(this.text, this.url);
    } catch (error) {
      throw positions.correct(error, this.url);
    }
    this.context = moduleContext(this);
    this.text = '';
    const generator = make(this.context);
    this.cells = GeneratorPrototypeNext(generator).value;
    if (this.description.namesDefault) {
      ObjectDefineProperty(this.cells['*default*'].v, 'name', { __proto__: null, value: 'default', configurable: true });
    }
    this.generator = generator;
  }

  importCell(entry) {
    const target = this.requested[entry.request];
    return cellOf(entry.name === kNamespace ? { module: target, name: kNamespace } : target.resolve(entry.name));
  }

  // Gives it the cells of what it imports; from now on its functions may be called.
  connect() {
    const { imports } = this.description;
    const cells = bareArray();
    for (let i = 0; i < imports.length; i++) if (imports[i].cell !== -1) cells[imports[i].cell] = this.importCell(imports[i]);
    GeneratorPrototypeNext(this.generator, cells);
  }
}

// A module's source text as it is transformed: a line of JSON, then the text.
function parseTransformed(url, transformed, isMain) {
  const end = StringPrototypeIndexOf(transformed, '\n');
  const description = JSONParse(end === -1 ? transformed : StringPrototypeSlice(transformed, 0, end));
  if (end === -1 && ObjectHasOwn(description, 'failure')) {
    if (description.tooDeep) throw new RangeError(`The source text of ${url} is nested too deeply`);
    throw new Error(`the transform of ${url} failed: ${description.failure}\n${description.stack}`);
  }
  if (end === -1) throw require('esm_errors').syntaxErrorAt(description.error, url, description.line, description.column);
  return new SourceModule(url, description, StringPrototypeSlice(transformed, end + 1), isMain);
}

// ---- linking --------------------------------------------------------------------------------------------------------

// Link. On an error those that are not complete are as they were before.
function link(root) {
  const stack = bareArray();
  try {
    innerLink(root, stack, 0);
  } catch (error) {
    for (let i = 0; i < stack.length; i++) stack[i].status = kUnlinked;
    root.linkFailed = true;
    throw error;
  }
}

function innerLink(module, stack, index) {
  if (!(module instanceof SourceModule) || module.status !== kUnlinked) return index;
  module.status = kLinking;
  module.dfsIndex = module.dfsAncestorIndex = index++;
  stack[stack.length] = module;
  const { requested } = module;
  for (let i = 0; i < requested.length; i++) {
    index = innerLink(requested[i], stack, index);
    if (requested[i] instanceof SourceModule && requested[i].status === kLinking &&
      requested[i].dfsAncestorIndex < module.dfsAncestorIndex) module.dfsAncestorIndex = requested[i].dfsAncestorIndex;
  }
  module.checkNames();
  module.instantiate();
  if (module.dfsAncestorIndex !== module.dfsIndex) return index;
  // A cycle is complete, so all cells that its modules need from each other exist.
  for (let last = null; last !== module;) {
    last = stack[stack.length - 1];
    stack.length--;
    last.connect();
    last.status = kLinked;
  }
  return index;
}

module.exports = {
  ModuleRecord, SourceModule, SyntheticModule, kEvaluated, kEvaluating, kEvaluatingAsync, kLinked, kLinking, kUnlinked, link,
  parseTransformed,
};
