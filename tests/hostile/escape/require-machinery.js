// What hangs on require and module: loaders, extensions, caches, paths, the wrapper.
// outcome: output
const attempts = {
  load: () => module.constructor._load('fs'),
  loadNode: () => module.constructor._load('node:child_process', null, true),
  resolve: () => require.resolve('/etc/passwd'),
  resolveFilename: () => module.constructor._resolveFilename('/etc/passwd'),
  extension: () => require.extensions['.js']({ _compile: (text) => text, filename: '/etc/passwd', paths: [] }, '/etc/passwd'),
  extensionJson: () => module.constructor._extensions['.json']({ exports: {} }, '/etc/passwd'),
  compile: () => module._compile('globalThis.ran = true', '/x.js'),
  newModule: () => new module.constructor('/x.js').load('/etc/passwd'),
  createRequire: () => module.constructor.createRequire('/')('fs'),
  main: () => require.main.require('fs'),
  parent: () => module.parent.require('fs'),
  children: () => module.children[0].require('fs'),
  register: () => module.constructor.register('data:text/javascript,'),
  runMain: () => module.constructor.runMain(),
  ownRequire: () => module.require('fs'),
  withThis: () => module.constructor.prototype.require.call({ filename: '/x.js', paths: [], id: '.' }, 'fs'),
  bound: () => require.bind({ permissions: 'all' })('fs'),
  cached: () => { require.cache['node:fs'] = { exports: 1 }; return require('node:fs'); },
};
for (const [name, attempt] of Object.entries(attempts)) {
  try {
    const found = attempt();
    console.log(name, 'gave', typeof found);
  } catch (error) {
    if (!(error instanceof Error)) console.log(name, 'threw', error);
  }
}
console.log(globalThis.ran);
