// Capabilities made of functions that are no promises' constructors.
// outcome: output
for (const constructor of [function () {}, function (executor) { executor(() => {}, 1); }, function (executor) { executor(1, 2); executor(3, 4); }, Object, Array, class { constructor(e) { return e; } }, undefined, null, 1]) {
  for (const name of ['resolve', 'reject', 'all', 'race', 'any', 'allSettled', 'withResolvers', 'try']) {
    try { Promise[name]?.call(constructor, []); } catch (error) { if (!(error instanceof TypeError)) console.log(name, error); }
  }
}
console.log('done');
