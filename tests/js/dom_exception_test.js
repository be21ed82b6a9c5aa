// DOMException: WebIDL's interface on a real error, and Node's `cause`.
'use strict';
const assert = require('node:assert');
const { inspect, types } = require('node:util');

const codes = {
  INDEX_SIZE_ERR: 1, DOMSTRING_SIZE_ERR: 2, HIERARCHY_REQUEST_ERR: 3, WRONG_DOCUMENT_ERR: 4, INVALID_CHARACTER_ERR: 5,
  NO_DATA_ALLOWED_ERR: 6, NO_MODIFICATION_ALLOWED_ERR: 7, NOT_FOUND_ERR: 8, NOT_SUPPORTED_ERR: 9, INUSE_ATTRIBUTE_ERR: 10,
  INVALID_STATE_ERR: 11, SYNTAX_ERR: 12, INVALID_MODIFICATION_ERR: 13, NAMESPACE_ERR: 14, INVALID_ACCESS_ERR: 15, VALIDATION_ERR: 16,
  TYPE_MISMATCH_ERR: 17, SECURITY_ERR: 18, NETWORK_ERR: 19, ABORT_ERR: 20, URL_MISMATCH_ERR: 21, QUOTA_EXCEEDED_ERR: 22,
  TIMEOUT_ERR: 23, INVALID_NODE_TYPE_ERR: 24, DATA_CLONE_ERR: 25,
};
const named = {
  IndexSizeError: 1, HierarchyRequestError: 3, WrongDocumentError: 4, InvalidCharacterError: 5, NoModificationAllowedError: 7,
  NotFoundError: 8, NotSupportedError: 9, InUseAttributeError: 10, InvalidStateError: 11, SyntaxError: 12,
  InvalidModificationError: 13, NamespaceError: 14, InvalidAccessError: 15, TypeMismatchError: 17, SecurityError: 18, NetworkError: 19,
  AbortError: 20, URLMismatchError: 21, QuotaExceededError: 22, TimeoutError: 23, InvalidNodeTypeError: 24, DataCloneError: 25,
};

{ // the interface object
  const { length } = DOMException; // loaded by this first look at it
  const own = Object.getOwnPropertyDescriptor(globalThis, 'DOMException');
  assert.deepStrictEqual([own.value, own.writable, own.enumerable, own.configurable], [DOMException, true, false, true]);
  assert.deepStrictEqual([length, DOMException.name], [0, 'DOMException']);
  assert.strictEqual(Object.getPrototypeOf(DOMException), Function.prototype);
  assert.strictEqual(Object.getPrototypeOf(DOMException.prototype), Error.prototype);
  assert.throws(() => DOMException('x'), TypeError);
  assert.deepStrictEqual({ ...DOMException }, codes);
  for (const [key, value] of Object.entries(codes)) {
    for (const holder of [DOMException, DOMException.prototype]) {
      assert.deepStrictEqual(Object.getOwnPropertyDescriptor(holder, key),
        { value, writable: false, enumerable: true, configurable: false });
    }
  }
  for (const key of ['name', 'message', 'code']) {
    const { get, set, enumerable, configurable } = Object.getOwnPropertyDescriptor(DOMException.prototype, key);
    assert.deepStrictEqual([set, enumerable, configurable], [undefined, true, true]);
    for (const receiver of [undefined, null, 1, {}, new Error('x'), DOMException.prototype, Object.create(DOMException.prototype)])
      assert.throws(() => Reflect.apply(get, receiver, []), { name: 'TypeError', code: 'ERR_INVALID_THIS' });
  }
}

{ // arguments
  const facts = (...args) => {
    const e = new DOMException(...args);
    return [e.name, e.message, e.code];
  };
  assert.deepStrictEqual(facts(), ['Error', '', 0]);
  assert.deepStrictEqual(facts(undefined, undefined), ['Error', '', 0]);
  assert.deepStrictEqual(facts(null, null), ['null', 'null', 0]);
  assert.deepStrictEqual(facts(5, 6), ['6', '5', 0]);
  assert.deepStrictEqual(facts('m', { name: 'AbortError' }), ['AbortError', 'm', 20]);
  assert.deepStrictEqual(facts('m', '__proto__'), ['__proto__', 'm', 0]);
  for (const [name, code] of Object.entries(named)) assert.deepStrictEqual(facts('m', name), [name, 'm', code]);
  for (const name of ['abortError', 'ABORT_ERR', 'ValidationError', 'toString', 'EncodingError', 'OperationError', 'NotAllowedError'])
    assert.deepStrictEqual(facts('m', name), [name, 'm', 0]);
  assert.throws(() => new DOMException(Symbol('x')), TypeError);
  assert.throws(() => new DOMException('x', Symbol('x')), TypeError);
}

{ // cause
  const cause = { why: 'because' };
  const e = new DOMException('m', { name: 'DataError', cause });
  assert.deepStrictEqual(Object.getOwnPropertyDescriptor(e, 'cause'),
    { value: cause, writable: true, enumerable: false, configurable: true });
  assert.strictEqual(Object.hasOwn(new DOMException('m', { cause: undefined }), 'cause'), true);
  assert.strictEqual('cause' in new DOMException('m', { name: 'x' }), false);
  assert.strictEqual('cause' in new DOMException('m', 'x', { cause }), false);
}

{ // it is an error
  function thrower() { throw new DOMException('went wrong', 'DataError'); }
  assert.throws(thrower, (e) => {
    assert(e instanceof DOMException && e instanceof Error);
    assert(Error.isError(e) && types.isNativeError(e));
    assert.match(e.stack, /thrower/);
    assert.strictEqual(String(e), 'DataError: went wrong');
    assert.strictEqual(Object.prototype.toString.call(e), '[object DOMException]');
    assert.deepStrictEqual(Object.keys(e), []);
    assert.strictEqual(Object.hasOwn(e, 'message'), false);
    return true;
  });
  assert.throws(thrower, { name: 'DataError', message: 'went wrong', code: 0 });
}

{ // subclasses
  class Mine extends DOMException {
    #own = 7;
    constructor(message) { super(message, 'NotFoundError'); }
    get own() { return this.#own; }
  }
  const mine = new Mine('m');
  assert.deepStrictEqual([mine.code, mine.own, mine instanceof Mine, mine.constructor], [8, 7, true, Mine]);
  function Old() {}
  Old.prototype = null;
  assert.strictEqual(Object.getPrototypeOf(Reflect.construct(DOMException, [], Old)), DOMException.prototype);
}

{ // inspect
  const firstLine = (value, options) => inspect(value, options).split('\n')[0];
  assert.strictEqual(firstLine(new DOMException('m', 'AbortError')), 'DOMException [AbortError]: m');
  assert.strictEqual(firstLine(new DOMException('m')), 'DOMException [Error]: m');
  assert.strictEqual(firstLine(new DOMException('', 'AbortError')), 'DOMException [AbortError]');
  assert.strictEqual(firstLine(new DOMException('m', 'Own')), 'Own: m');
  assert.match(inspect(new DOMException('m', 'AbortError')), /^.*\n {4}at .*dom_exception_test\.js:\d+:\d+/, 'no frame of ours is in it');
  assert.match(inspect(new DOMException('m', { name: 'x', cause: 'why' })), /\{\n {2}\[cause\]: 'why'\n\}$/);
}
