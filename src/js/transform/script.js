// Scripts and CommonJS modules run as they are, but for what the engine cannot do alone. Its own `import()` knows no modules, so a function of ours
// is called in its place: its name is as long as the word it replaces. And where `await` is to be followed, see awaits.js.
'use strict';

const { followAwaits } = require('awaits');
const { parse } = require('parse');
const { Rewriter } = require('text');

function freeName(text) {
  for (const name of ['$mport', '$$port', '$_port', '_mport', '__port', '$impor', '$$$$$$', '______']) if (!text.includes(name)) return name;
  for (let n = 0; ; n++) {
    const name = `$${n.toString(36).padStart(5, '_')}`;
    if (!text.includes(name)) return name;
  }
}

// The start of every name of ours: nothing in the text looks like it.
function freePrefix(text) {
  let prefix = '$m';
  while (text.includes(prefix)) prefix += '_';
  return prefix;
}

/// { meta, text }: in `meta` the names that the text now uses, null for what it does not, and the map of its places as text.js describes it, with
/// one line of `head` in front. The head opens a function with these names as its parameters.
function transformScript(text, kind, follow) {
  const { tree, dynamicImports } = parse(text, kind);
  const out = new Rewriter(text);
  const name = dynamicImports.length === 0 ? null : freeName(text);
  for (const start of dynamicImports) out.replace(start, start + name.length, name);
  const prefix = freePrefix(text);
  const names = { resume: `${prefix}r`, context: `${prefix}c`, frame: `${prefix}f` };
  const follows = follow && followAwaits(tree, out, names, kind === 'commonjs');
  if (name === null && !follows) return { meta: { name: null, resume: null }, text: '' };
  const parameters = [name, ...(follows ? [names.resume, names.context] : [])].filter((parameter) => parameter !== null);
  const head = kind === 'commonjs' ?
    `(function (exports, require, module, __filename, __dirname, ${parameters.join(', ')}) {` : '';
  const { text: result, map } = out.finish(head, kind === 'commonjs' ? '})' : '');
  return {
    meta: { name, resume: follows ? names.resume : null, context: follows ? names.context : null, map: map.join() },
    text: result,
  };
}

module.exports = { freePrefix, transformScript };
