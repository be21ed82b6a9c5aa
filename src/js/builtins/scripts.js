// Programs as the host gives them: a main file, code from the command line, texts to evaluate.
'use strict';

const {
  JSONParse, ObjectDefineProperty, ObjectHasOwn, SafeMap, StringPrototypeEndsWith, StringPrototypeIncludes, SyntaxError, globalThis,
} = primordials;
const { posix: path } = require('path_posix');
const { isFile, readText, realPath, withDiskMemory } = require('loader_disk');

const lazyCompile = () => require('loader_compile');
const getLoader = () => require('loader').getLoader();

/// The directory that such code stands in.
const scriptUrl = (name) => `${require('esm_urls').fileUrl(native.cwd())}/${name}`;

const importers = SafeMap(); // by the name of the global: the URL that scripts with this name for import() stand at

function defineHelper(name, value) {
  ObjectDefineProperty(globalThis, name, { __proto__: null, value, writable: false, enumerable: false, configurable: true });
}

/// A script in which import() works, and `await` is followed: the functions that do it are globals with names that the script does not use.
/// `name` is what it is known by in errors, `url` what it resolves against. Null when it can run as it is.
function prepare(source, name, url = scriptUrl('[eval]')) {
  let prepared = lazyCompile().prepareText(source, 'script');
  // Taken by a script of another place: named in a comment, the name is one that the script uses.
  for (let text = source; prepared !== null && prepared.name !== null && (importers.get(prepared.name) ?? url) !== url;) {
    text += `\n//${prepared.name}`;
    prepared = lazyCompile().prepareText(text, 'script');
  }
  // The name may have stood for a script whose places were moved. A word that stands for import() moves nothing.
  require('source_positions').remember(name, prepared !== null && prepared.resume !== null ? prepared.map : undefined);
  if (prepared === null) return null;
  if (prepared.name !== null) {
    importers.set(prepared.name, url);
    defineHelper(prepared.name, lazyCompile().importFrom(url));
  }
  if (prepared.resume !== null) {
    const { context, resume } = require('async_context');
    defineHelper(prepared.resume, resume);
    defineHelper(prepared.context, context);
  }
  return prepared.text;
}

/// The main program of the profile web: a classic script, or an ES module when its name ends in .mjs.
function runMainInWeb(filename) {
  const file = withDiskMemory(() => realPath(path.resolve(filename)));
  if (StringPrototypeEndsWith(file, '.mjs')) {
    require('esm').runMainFile(file);
    return;
  }
  const text = lazyCompile().withoutHashbang(readText(file));
  try {
    native.evaluate(prepare(text, file, require('esm_urls').fileUrl(file)) ?? text, file);
  } catch (error) {
    if (isModule(text, error)) error.message += '\nThis text is that of an ES module; in the profile web, the name of such a main file ends in .mjs.';
    throw error;
  }
}

/// The main program, whose name ends in .mjs. Others the CommonJS loader takes: it has to look at packages and texts anyway.
function runMainModule(filename) {
  const file = withDiskMemory(() => {
    const named = path.resolve(filename);
    return isFile(named) ? realPath(named) : null;
  });
  if (file !== null && StringPrototypeEndsWith(file, '.mjs')) require('esm').runMainFile(file);
  else getLoader().requireMain(filename);
}

// Of a text that the engine refused, whether it is no script but a module: the error may also come from code that it ran.
function isModule(source, error) {
  return error instanceof SyntaxError && !StringPrototypeIncludes(native.transformText('script', source), '\n') &&
    !ObjectHasOwn(JSONParse(native.transformText('script', source)), 'failure') && lazyCompile().isModuleText(source, error);
}

function defineModuleScope(name, defineGlobal) {
  const require_ = getLoader().makeRequire(`${native.cwd()}/[eval]`);
  defineGlobal('require', require_, false);
  defineGlobal('module', { exports: {}, id: name, filename: name, loaded: false, children: [], paths: [] }, false);
  defineGlobal('exports', globalThis.module.exports, false);
  defineGlobal('__filename', name, false);
  defineGlobal('__dirname', '.', false);
}

/// `millrace -e`: a script of its own, with the module-scope names of a file in the working directory as globals; or an ES module.
function runCode(source, name, defineGlobal) {
  if (!native.start.web) defineModuleScope(name, defineGlobal);
  try {
    return native.evaluate(prepare(source, name) ?? source, name);
  } catch (error) {
    if (!isModule(source, error)) throw error;
    return require('esm').runMainText(scriptUrl('[eval1]'), source);
  }
}

module.exports = { prepare, runCode, runMainInWeb, runMainModule, scriptUrl };
