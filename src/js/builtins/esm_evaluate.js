// Evaluation of modules (ECMA-262, 16.2.1.5.3): names and steps are the specification's, so that top-level `await` gives the order of
// execution that it demands. Promises in here are never seen by a program.
'use strict';

const {
  ArrayPrototypeSort, Error, GeneratorPrototypeNext, GeneratorPrototypeThrow, ObjectDefineProperty, PromisePrototypeThen,
  PromiseWithResolvers, SafeSet, bareArray,
} = primordials;
const { context, resume } = require('async_context');
const { SourceModule, kEvaluated, kEvaluating, kEvaluatingAsync } = require('esm_record');

const kUnset = 0;
const kDone = Infinity;
let nextOrder = 0;

// Then on a promise of ours, whatever a program did to Promise: `constructor` is not looked up any further.
function react(promise, fulfilled, rejected) {
  ObjectDefineProperty(promise, 'constructor', { __proto__: null, value: undefined });
  return PromisePrototypeThen(promise, fulfilled, rejected);
}

// Runs a module's body to its end. It yields [line, column, value] for each `await`; waiting for the value here takes the jobs that the
// `await` would have taken there.
async function runAsync(module) {
  const { generator } = module;
  let step = GeneratorPrototypeNext(generator);
  while (!step.done) {
    const place = step.value;
    module.awaitsAt = place;
    const { frame } = context;
    let value;
    try {
      value = await place[2];
    } catch (error) {
      module.awaitsAt = null;
      resume(frame);
      step = GeneratorPrototypeThrow(generator, error);
      continue;
    }
    module.awaitsAt = null;
    step = GeneratorPrototypeNext(generator, resume(frame, value));
  }
}

/// Evaluate: a promise for when `module` and all it needs have run; the same one each time.
function evaluate(module) {
  if (!(module instanceof SourceModule)) return evaluateSynthetic(module);
  if (module.status === kEvaluatingAsync || module.status === kEvaluated) {
    // A module that failed before its cycle was complete has no root.
    module = module.cycleRoot ?? module;
  }
  if (module.topLevelCapability !== null) return module.topLevelCapability.promise;
  const capability = PromiseWithResolvers();
  module.topLevelCapability = capability;
  const stack = bareArray();
  try {
    innerEvaluate(module, stack, 0);
  } catch (error) {
    for (let i = 0; i < stack.length; i++) {
      stack[i].status = kEvaluated;
      stack[i].evaluationError = { value: error };
    }
    capability.reject(error);
    return capability.promise;
  }
  if (module.status === kEvaluated) capability.resolve(undefined);
  return capability.promise;
}

function evaluateSynthetic(module) {
  const capability = PromiseWithResolvers();
  try {
    module.evaluate();
    capability.resolve(undefined);
  } catch (error) {
    capability.reject(error);
  }
  return capability.promise;
}

function innerEvaluate(module, stack, index) {
  if (!(module instanceof SourceModule)) {
    module.evaluate();
    return index;
  }
  if (module.status === kEvaluatingAsync || module.status === kEvaluated) {
    if (module.evaluationError !== null) throw module.evaluationError.value;
    return index;
  }
  if (module.status === kEvaluating) return index;
  module.status = kEvaluating;
  module.dfsIndex = module.dfsAncestorIndex = index++;
  module.pendingAsyncDependencies = 0;
  stack[stack.length] = module;
  for (let i = 0; i < module.requested.length; i++) {
    let required = module.requested[i];
    index = innerEvaluate(required, stack, index);
    if (!(required instanceof SourceModule)) continue;
    if (required.status === kEvaluating) {
      if (required.dfsAncestorIndex < module.dfsAncestorIndex) module.dfsAncestorIndex = required.dfsAncestorIndex;
    } else {
      required = required.cycleRoot;
      if (required.evaluationError !== null) throw required.evaluationError.value;
    }
    if (required.asyncEvaluationOrder !== kUnset && required.asyncEvaluationOrder !== kDone) {
      module.pendingAsyncDependencies++;
      required.asyncParentModules[required.asyncParentModules.length] = module;
    }
  }
  if (module.pendingAsyncDependencies > 0 || module.hasTLA) {
    module.asyncEvaluationOrder = ++nextOrder;
    if (module.pendingAsyncDependencies === 0) executeAsync(module);
  } else {
    execute(module);
  }
  if (module.dfsAncestorIndex !== module.dfsIndex) return index;
  for (let last = null; last !== module;) {
    last = stack[stack.length - 1];
    stack.length--;
    last.status = last.asyncEvaluationOrder === kUnset ? kEvaluated : kEvaluatingAsync;
    last.cycleRoot = module;
  }
  return index;
}

// The body of a module without `await`, to its end.
function execute(module) {
  GeneratorPrototypeNext(module.generator);
  module.generator = null;
}

function executeAsync(module) {
  react(runAsync(module), () => fulfilled(module), (error) => rejected(module, error));
}

// GatherAvailableAncestors: the modules that waited for `module` alone, in order of their evaluation.
function gatherAncestors(module, list, seen) {
  for (let i = 0; i < module.asyncParentModules.length; i++) {
    const parent = module.asyncParentModules[i];
    // One that failed before its cycle was complete has no root.
    if (seen.has(parent) || (parent.cycleRoot ?? parent).evaluationError !== null) continue;
    if (--parent.pendingAsyncDependencies !== 0) continue;
    seen.add(parent);
    list[list.length] = parent;
    if (!parent.hasTLA) gatherAncestors(parent, list, seen);
  }
}

function finish(module) {
  module.generator = null;
  module.asyncEvaluationOrder = kDone;
  module.status = kEvaluated;
  if (module.topLevelCapability !== null) module.topLevelCapability.resolve(undefined);
}

// AsyncModuleExecutionFulfilled
function fulfilled(module) {
  if (module.status === kEvaluated) return; // it failed meanwhile, as part of a cycle
  finish(module);
  const list = bareArray();
  gatherAncestors(module, list, new SafeSet());
  ArrayPrototypeSort(list, (a, b) => a.asyncEvaluationOrder - b.asyncEvaluationOrder);
  for (let i = 0; i < list.length; i++) {
    const ready = list[i];
    if (ready.status === kEvaluated) continue; // failed
    if (ready.hasTLA) {
      executeAsync(ready);
      continue;
    }
    try {
      execute(ready);
    } catch (error) {
      rejected(ready, error);
      continue;
    }
    finish(ready);
  }
}

// AsyncModuleExecutionRejected
function rejected(module, error) {
  if (module.status === kEvaluated) return;
  module.generator = null;
  module.evaluationError = { value: error };
  module.status = kEvaluated;
  module.asyncEvaluationOrder = kDone;
  if (module.topLevelCapability !== null) module.topLevelCapability.reject(error);
  for (let i = 0; i < module.asyncParentModules.length; i++) rejected(module.asyncParentModules[i], error);
}

// ---- for require() --------------------------------------------------------------------------------------------------

/// Whether running `module` would wait, for itself or for what it needs.
function graphWaits(module, seen = new SafeSet()) {
  if (!(module instanceof SourceModule) || seen.has(module)) return false;
  seen.add(module);
  if (module.hasTLA) return true;
  for (let i = 0; i < module.requested.length; i++) if (graphWaits(module.requested[i], seen)) return true;
  return false;
}

/// Whether `module` or something it needs is running now: what it exports would be incomplete.
function isRunning(module, seen = new SafeSet()) {
  if (!(module instanceof SourceModule) || seen.has(module) || module.status === kEvaluated) return false;
  if (module.status === kEvaluating) return true;
  seen.add(module);
  for (let i = 0; i < module.requested.length; i++) if (isRunning(module.requested[i], seen)) return true;
  return false;
}

/// Runs a linked module whose graph does not wait; throws what it throws.
function evaluateNow(module) {
  const promise = evaluate(module);
  react(promise, undefined, () => {}); // told here, and to nobody else
  const { evaluationError, status } = module instanceof SourceModule ? module : { evaluationError: null, status: kEvaluated };
  if (evaluationError !== null) throw evaluationError.value;
  if (status !== kEvaluated) throw new Error('a module that does not wait is still running');
}

module.exports = { evaluate, evaluateNow, graphWaits, isRunning, react };
