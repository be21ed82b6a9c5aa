// What the runtime calls: texts in, texts out. Nothing else crosses, as the objects here belong to another global environment.
'use strict';

const { positionAt, lineStarts } = require('text');
const { transformModule } = require('module');
const { transformScript } = require('script');
const { exportedNames } = require('names');

const transforms = {
  __proto__: null,
  module: transformModule,
  commonjs: (text) => transformScript(text, 'commonjs', false),
  script: (text) => transformScript(text, 'script', false),
  'commonjs following await': (text) => transformScript(text, 'commonjs', true),
  'script following await': (text) => transformScript(text, 'script', true),
  names: exportedNames,
};

/// A line of JSON that describes the result, and after its line end the transformed text. When `text` is not what `kind` says: JSON with
/// `error`, the message, and where, line and column.
module.exports = function transform(kind, text) {
  try {
    const { meta, text: result } = transforms[kind](text);
    return `${JSON.stringify(meta)}\n${result}`;
  } catch (error) {
    if (!(error instanceof SyntaxError) || error.pos === undefined) {
      return JSON.stringify({ failure: `${error}`, stack: `${error?.stack}`, tooDeep: error instanceof RangeError });
    }
    // Acorn's messages end in a position of their own, with columns from 0.
    return JSON.stringify({ error: error.message.replace(/ \(\d+:\d+\)$/, ''), ...positionAt(lineStarts(text), error.pos) });
  }
};
