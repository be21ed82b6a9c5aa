// Scripts and CommonJS modules run as they are, but for `import()`: the engine's own knows no modules, so a function of ours is called in
// its place. Its name is as long as the word it replaces, so that every position stays.
'use strict';

const { parse } = require('parse');

function freeName(text) {
  for (const name of ['$mport', '$$port', '$_port', '_mport', '__port', '$impor', '$$$$$$', '______']) if (!text.includes(name)) return name;
  for (let n = 0; ; n++) {
    const name = `$${n.toString(36).padStart(5, '_')}`;
    if (!text.includes(name)) return name;
  }
}

/// { meta: { name }, text }; a null name when the text has no import().
function transformScript(text, kind) {
  const { dynamicImports } = parse(text, kind);
  if (dynamicImports.length === 0) return { meta: { name: null }, text: '' };
  const name = freeName(text);
  let result = '';
  let at = 0;
  for (const start of dynamicImports.sort((a, b) => a - b)) {
    result += text.slice(at, start) + name;
    at = start + name.length;
  }
  return { meta: { name }, text: result + text.slice(at) };
}

module.exports = { transformScript };
