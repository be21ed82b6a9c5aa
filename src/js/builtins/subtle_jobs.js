// Operations of SubtleCrypto as jobs of C++ (host_subtle.cpp): given their input, started, and read when they are done.
// No promise that a program may see the inside of is used in between, and no `then` or `constructor` of a program is asked.
'use strict';

const {
  ArrayBuffer, ObjectDefineProperty, PromisePrototypeThen, ReflectApply, TypedArrayPrototypeGetLength, TypedArrayPrototypeSet, Uint8Array,
  bareArray,
} = primordials;

function domException(message, name) {
  const { DOMException } = require('dom_exception');
  return new DOMException(message, name);
}

const checkBytes = (count) => {
  if (native.sandbox !== undefined) native.sandbox.checkBytes(count);
};

const kNone = bareArray();

/// Starts `operation` (src/js/crypto/request.cpp) and calls next(job) when it has succeeded. What it fails with, or next() throws, goes to
/// `reject`. `given` has no prototype; its `inputs` are Uint8Arrays, which are copied now.
function run(operation, given, reject, next) {
  const { variant = '', number = 0, number2 = 0, key, key2, inputs = kNone, members = kNone } = given;
  const job = native.subtleJob();
  for (let i = 0; i < inputs.length; i++) {
    const count = TypedArrayPrototypeGetLength(inputs[i]);
    checkBytes(count);
    const to = native.subtleInput(job, count);
    if (count > 0) TypedArrayPrototypeSet(to, inputs[i]);
  }
  const args = bareArray();
  args[0] = job; args[1] = operation; args[2] = variant; args[3] = number; args[4] = number2; args[5] = key; args[6] = key2;
  for (let i = 0; i < members.length; i++) args[7 + i] = members[i] ?? '';
  const promise = ReflectApply(native.subtleStart, undefined, args);
  ObjectDefineProperty(promise, 'constructor', { __proto__: null, value: undefined });
  PromisePrototypeThen(promise, () => {
    try {
      const failure = native.subtleFailure(job);
      if (failure !== undefined) throw domException(failure[1], failure[0]);
      next(job);
    } catch (error) {
      reject(error);
    }
  }, () => reject(domException('Too many operations are under way', 'OperationError')));
}

/// What a job came to as an ArrayBuffer of the program's.
function bufferOf(job) {
  const bytes = native.subtleBytes(job);
  if (bytes === undefined) return new ArrayBuffer(0);
  const count = TypedArrayPrototypeGetLength(bytes);
  checkBytes(count);
  const buffer = new ArrayBuffer(count);
  TypedArrayPrototypeSet(new Uint8Array(buffer), bytes);
  return buffer;
}

const truthOf = (job) => native.subtleNumber(job) === 1;

module.exports = { bufferOf, checkBytes, domException, run, truthOf };
