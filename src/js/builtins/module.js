// `node:module`: the loader's Module constructor with builtinModules, createRequire() and isBuiltin().
'use strict';

module.exports = require('loader').getLoader().Module;
