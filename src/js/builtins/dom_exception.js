// DOMException (WebIDL, section 2.8.1): a real error, with its stack, whose name, message and code come from the prototype's getters.
// As in Node the second argument may be { name, cause }.
'use strict';

const { Error, ObjectDefineProperty, ObjectSetPrototypeOf } = primordials;
const { ERR_INVALID_THIS } = require('errors');
const { defineConstants, defineInterface } = require('web_interface');

// By code, from 1: the constant, and the name of the exception that has this code; some codes have none any more.
const legacy = [
  ['INDEX_SIZE_ERR', 'IndexSizeError'], ['DOMSTRING_SIZE_ERR', ''], ['HIERARCHY_REQUEST_ERR', 'HierarchyRequestError'],
  ['WRONG_DOCUMENT_ERR', 'WrongDocumentError'], ['INVALID_CHARACTER_ERR', 'InvalidCharacterError'], ['NO_DATA_ALLOWED_ERR', ''],
  ['NO_MODIFICATION_ALLOWED_ERR', 'NoModificationAllowedError'], ['NOT_FOUND_ERR', 'NotFoundError'],
  ['NOT_SUPPORTED_ERR', 'NotSupportedError'], ['INUSE_ATTRIBUTE_ERR', 'InUseAttributeError'],
  ['INVALID_STATE_ERR', 'InvalidStateError'], ['SYNTAX_ERR', 'SyntaxError'], ['INVALID_MODIFICATION_ERR', 'InvalidModificationError'],
  ['NAMESPACE_ERR', 'NamespaceError'], ['INVALID_ACCESS_ERR', 'InvalidAccessError'], ['VALIDATION_ERR', ''],
  ['TYPE_MISMATCH_ERR', 'TypeMismatchError'], ['SECURITY_ERR', 'SecurityError'], ['NETWORK_ERR', 'NetworkError'],
  ['ABORT_ERR', 'AbortError'], ['URL_MISMATCH_ERR', 'URLMismatchError'], ['QUOTA_EXCEEDED_ERR', 'QuotaExceededError'],
  ['TIMEOUT_ERR', 'TimeoutError'], ['INVALID_NODE_TYPE_ERR', 'InvalidNodeTypeError'], ['DATA_CLONE_ERR', 'DataCloneError'],
];
const constants = { __proto__: null };
const codes = { __proto__: null };
for (let i = 0; i < legacy.length; i++) {
  constants[legacy[i][0]] = i + 1;
  if (legacy[i][1] !== '') codes[legacy[i][1]] = i + 1;
}

// Private fields on an object that somebody else made: the base constructor returns it.
class Itself {
  constructor(object) {
    return object;
  }
}

let nameOf;
let messageOf;

class Slots extends Itself {
  #name;
  #message;

  constructor(error, name, message) {
    super(error);
    this.#name = name;
    this.#message = message;
  }

  static {
    const checked = (value) => {
      if (typeof value !== 'object' || value === null || !(#name in value)) throw new ERR_INVALID_THIS('DOMException');
      return value;
    };
    nameOf = (exception) => checked(exception).#name;
    messageOf = (exception) => checked(exception).#message;
  }
}

class DOMException {
  constructor(message = '', nameOrOptions = 'Error') {
    message = `${message}`;
    let name;
    let cause;
    let hasCause = false;
    if (typeof nameOrOptions === 'object' && nameOrOptions !== null) {
      const given = nameOrOptions.name;
      name = given === undefined ? 'Error' : `${given}`;
      hasCause = 'cause' in nameOrOptions;
      if (hasCause) ({ cause } = nameOrOptions);
    } else {
      name = `${nameOrOptions}`;
    }
    // Reflect.construct() would stand in the stack.
    const { prototype } = new.target;
    const proto = typeof prototype === 'object' && prototype !== null ? prototype : DOMException.prototype;
    const error = ObjectSetPrototypeOf(new Error(), proto);
    new Slots(error, name, message);
    if (hasCause) ObjectDefineProperty(error, 'cause', { __proto__: null, value: cause, writable: true, configurable: true });
    return error;
  }

  get name() { return nameOf(this); }
  get message() { return messageOf(this); }
  get code() { return codes[nameOf(this)] ?? 0; }
}

ObjectSetPrototypeOf(DOMException.prototype, Error.prototype);
defineInterface(DOMException, 'DOMException');
defineConstants(DOMException, constants);

module.exports = { DOMException };
