// FormData: https://xhr.spec.whatwg.org/#interface-formdata
//
// For other built-ins, `internals`: isFormData(value); entriesOf(formData), its EntryList; makeFormData(entries), of such a list, which
// then belongs to it. Bodies are made and read by form_data_multipart.js.
'use strict';

const { DateNow, ObjectDefineProperty, SymbolFor } = primordials;
const { ConversionError, ERR_INVALID_THIS, ERR_MISSING_ARGS } = require('errors');
const blobs = require('blob').internals;
const { EntryList } = require('entry_list');
const { definePairs } = require('pair_iterable');
const { registerPlatformObject } = require('platform_objects');
const { wellFormed } = require('url_text');
const { defineInterface, inspectWhole } = require('web_interface');

const kInspect = SymbolFor('nodejs.util.inspect.custom');
const kMade = { __proto__: null };

const textOf = (value) => wellFormed(`${value}`);

// The value of an entry: a text, or a File.
function entryValue(args, method) {
  const value = args[1];
  if (!blobs.isBlob(value)) {
    if (args.length > 2) throw new ConversionError(`Failed to execute '${method}' on 'FormData': parameter 2 is not of type 'Blob'.`);
    return textOf(value);
  }
  const filename = args[2] === undefined ? undefined : textOf(args[2]);
  if (filename === undefined && blobs.isFile(value)) return value;
  const modified = blobs.isFile(value) ? blobs.modifiedOf(value) : undefined;
  return blobs.makeFile(blobs.bytesOf(value), blobs.typeOf(value), filename ?? 'blob', modified ?? DateNow());
}

let internals;

class FormData {
  #entries;

  constructor(form = undefined, entries = undefined) {
    if (form === kMade) {
      this.#entries = entries;
      return;
    }
    // There are no documents, so there is no form to take them from.
    if (form !== undefined) throw new ConversionError("Failed to construct 'FormData': parameter 1 is not of type 'HTMLFormElement'.");
    this.#entries = new EntryList();
  }

  // Converting an argument may run the program, and change the list: so that comes first.

  append(name, value) {
    check(this);
    if (arguments.length < 2) throw new ERR_MISSING_ARGS('name', 'value');
    name = textOf(name);
    this.#entries.append(name, name, entryValue(arguments, 'append'));
  }

  delete(name) {
    check(this);
    if (arguments.length < 1) throw new ERR_MISSING_ARGS('name');
    this.#entries.delete(textOf(name));
  }

  get(name) {
    check(this);
    if (arguments.length < 1) throw new ERR_MISSING_ARGS('name');
    const found = this.#entries.of(textOf(name));
    return found === undefined ? null : found.value;
  }

  getAll(name) {
    check(this);
    if (arguments.length < 1) throw new ERR_MISSING_ARGS('name');
    return this.#entries.values(textOf(name));
  }

  has(name) {
    check(this);
    if (arguments.length < 1) throw new ERR_MISSING_ARGS('name');
    return this.#entries.has(textOf(name));
  }

  set(name, value) {
    check(this);
    if (arguments.length < 2) throw new ERR_MISSING_ARGS('name', 'value');
    name = textOf(name);
    this.#entries.set(name, name, entryValue(arguments, 'set'));
  }

  [kInspect](depth, options) {
    check(this);
    return inspectWhole(this, options, shown(this.#entries));
  }

  static {
    internals = {
      __proto__: null,
      isFormData: (value) => typeof value === 'object' && value !== null && #entries in value,
      entriesOf: (formData) => formData.#entries,
      makeFormData: (entries) => new FormData(kMade, entries),
    };
  }
}

function check(value) {
  if (!internals.isFormData(value)) throw new ERR_INVALID_THIS('FormData');
}

// As an object: a name that comes several times has an array of its values.
function shown(entries) {
  const object = {};
  entries.forEachKey((key) => {
    const values = entries.values(key);
    const value = values.length === 1 ? values[0] : values;
    ObjectDefineProperty(object, key, { __proto__: null, value, enumerable: true, configurable: true, writable: true });
  });
  return object;
}

defineInterface(FormData, 'FormData');
definePairs(FormData, 'FormData', check, (formData) => internals.entriesOf(formData).size, (formData, i) => {
  const { name, value } = internals.entriesOf(formData).all()[i];
  return [name, value];
});
registerPlatformObject(FormData.prototype);

module.exports = { FormData, internals };
