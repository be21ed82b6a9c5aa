// ES modules as the rest of the runtime knows them: import(), the main module, require() of an ES module, and what the host imports.
'use strict';

const {
  ArrayPrototypeSort, ObjectKeys, PromiseWithResolvers, ReferenceError, RegExpPrototypeExec, StringPrototypeEndsWith, TypeError, bareArray,
} = primordials;
const { evaluate, evaluateNow, graphWaits, isRunning, react } = require('esm_evaluate');
const { graphDepth, knownModule, loadGraph, loadText } = require('esm_load');
const { link } = require('esm_record');
const { fileUrl } = require('esm_urls');

const noAttributes = bareArray();
const resolveModule = (specifier, from, attributes) => require('esm_resolve').resolveModule(specifier, from, attributes);

// Calls `f` as the n-th job from now. `await` of a primitive is one job and looks at nothing that a program could have changed.
async function countJobs(n, f) {
  for (let i = 0; i < n; i++) await undefined;
  f();
}

// Gives nothing back: a reaction that returns a promise has that promise's `then` called, which a program may have changed.
function afterJobs(n, f) {
  countJobs(n, f);
}

// ---- import() -------------------------------------------------------------------------------------------------------

// When things happen, in jobs: the numbers are Node's, so that programs that race import() against other promises see the same order.
const kJobsToKnown = 2; // until a module that is loaded already runs, if it has not yet
const kJobsToLoad = 4; // until a new one is loaded
const kJobsToRun = 1; // from there until it runs
const kJobsPerLevel = 2; // more for each level of imports below it
const kJobsToSettle = 4; // from the end of its evaluation, or a failed link, to the reactions of the promise

// `with` of import()'s second argument, as pairs sorted by key.
function readOptions(options, given) {
  if (!given || options === undefined) return noAttributes;
  if ((typeof options !== 'object' && typeof options !== 'function') || options === null) {
    throw new TypeError('The second argument to import() must be an object');
  }
  const attributes = options.with;
  if (attributes === undefined) return noAttributes;
  if ((typeof attributes !== 'object' && typeof attributes !== 'function') || attributes === null) {
    throw new TypeError("The 'with' option must be an object");
  }
  const keys = ArrayPrototypeSort(ObjectKeys(attributes));
  const pairs = bareArray();
  for (let i = 0; i < keys.length; i++) {
    const value = attributes[keys[i]];
    if (typeof value !== 'string') throw new TypeError('Import attribute value must be a string');
    pairs[i] = [keys[i], value];
  }
  return pairs;
}

function importDynamically(specifier, options, referrer, hasOptions) {
  const { promise, resolve, reject } = PromiseWithResolvers();
  let attributes;
  try {
    specifier = `${specifier}`;
    attributes = readOptions(options, hasOptions);
  } catch (error) {
    reject(error);
    return promise;
  }
  const fail = (error) => afterJobs(kJobsToSettle, () => reject(error));
  const run = (module) => {
    let evaluation;
    try {
      link(module);
      evaluation = evaluate(module);
    } catch (error) {
      fail(error);
      return;
    }
    react(evaluation, () => afterJobs(kJobsToSettle, () => {
      try {
        resolve(module.getNamespace().namespace);
      } catch (error) {
        reject(error);
      }
    }), (error) => fail(explain(error, module.url)));
  };
  const load = (url) => {
    let module;
    try {
      module = loadGraph(url ?? resolveModule(specifier, referrer, attributes), attributes, false);
    } catch (error) {
      reject(error);
      return;
    }
    afterJobs(kJobsToRun + kJobsPerLevel * graphDepth(module), () => run(module));
  };
  afterJobs(kJobsToKnown, () => {
    let url;
    try {
      url = resolveModule(specifier, referrer, attributes);
    } catch {
      // Asked again when it is due to fail.
    }
    const known = url === undefined ? undefined : knownModule(url, attributes);
    if (known !== undefined) run(known);
    else afterJobs(kJobsToLoad - kJobsToKnown, () => load(url));
  });
  return promise;
}

/// import() for C++: it begins with the next immediates, so that whoever asked can react to the promise before it is rejected.
function importForHost(specifier, referrer, setImmediate) {
  const { promise, resolve, reject } = PromiseWithResolvers();
  setImmediate(() => react(importDynamically(specifier, undefined, referrer, false), resolve, reject));
  return promise;
}

// import.meta.resolve(): a file that is not there has a URL all the same.
function resolveForMeta(specifier, from) {
  try {
    return resolveModule(specifier, from, noAttributes);
  } catch (error) {
    if (typeof error.url === 'string' && (error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'ERR_UNSUPPORTED_DIR_IMPORT')) return error.url;
    throw error;
  }
}

// ---- the main module ------------------------------------------------------------------------------------------------

const commonJsName = /^Can't find variable: (require|module|exports|__filename|__dirname)$/;

// The names of CommonJS are not there, which puzzles who comes from it.
function explain(error, url) {
  if (!(error instanceof ReferenceError)) return error;
  const found = RegExpPrototypeExec(commonJsName, error.message);
  if (found === null) return error;
  error.message = `${found[1]} is not defined in ES module scope${found[1] === 'require' ? ', you can use import instead' : ''}`;
  if (StringPrototypeEndsWith(url, '.js')) error.message += '\nThis .js file is an ES module by its package.json or its syntax; a .cjs file is CommonJS.';
  return error;
}

let main = null; // while it runs

function runMain(load) {
  const { uncaught } = native.processInternals;
  // A job, so that the module's own jobs run before its next-ticks (docs/semantics.md, rule 5).
  afterJobs(1, () => {
    let module;
    let evaluation;
    try {
      module = load();
      link(module);
      main = module;
      evaluation = evaluate(module);
    } catch (error) {
      main = null;
      uncaught(error, true);
      return;
    }
    react(evaluation, () => {
      main = null;
    }, (error) => {
      main = null;
      uncaught(explain(error, module.url), true);
    });
  });
}

/// Where the main module waits for something that nothing will bring: { file, line, column } of the await, or null.
native.unsettledMain = () => {
  if (main === null) return null;
  const seen = bareArray();
  const look = (module) => {
    for (let i = 0; i < seen.length; i++) if (seen[i] === module) return null;
    seen[seen.length] = module;
    const { awaitsAt, requested } = module;
    if (awaitsAt) return { file: module.url, line: awaitsAt[0], column: awaitsAt[1] };
    for (let i = 0; requested !== undefined && i < requested.length; i++) {
      const found = look(requested[i]);
      if (found !== null) return found;
    }
    return null;
  };
  return look(main) ?? { file: main.url, line: 1, column: 1 };
};

// ---- require() ------------------------------------------------------------------------------------------------------

/// What require() gives for the ES module in `file`: its namespace, or what it exports as `module.exports`.
function requireModule(url, file, from) {
  const module = loadGraph(url, noAttributes, false);
  if (isRunning(module)) throw new (require('esm_errors').moduleErrors.ERR_REQUIRE_CYCLE_MODULE)(file, from);
  link(module);
  if (graphWaits(module)) throw new (require('esm_errors').moduleErrors.ERR_REQUIRE_ASYNC_MODULE)(file, from);
  try {
    evaluateNow(module);
  } catch (error) {
    throw explain(error, url);
  }
  return module.getNamespace().forRequire;
}

module.exports = {
  importDynamically,
  importForHost,
  requireModule,
  resolveForMeta,
  runMainFile: (file) => runMain(() => loadGraph(fileUrl(file), noAttributes, true)),
  runMainText: (url, text) => runMain(() => loadText(url, text)),
};
