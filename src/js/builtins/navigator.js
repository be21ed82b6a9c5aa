// navigator: https://html.spec.whatwg.org/multipage/system-state.html#the-navigator-object, as much of it as Node has. A program in a sandbox
// without the right `system` learns nothing of the machine.
'use strict';

const { ObjectFreeze, SymbolFor } = primordials;
const { start } = native;
const { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_THIS } = require('errors');
const { registerPlatformObject } = require('platform_objects');
const { defineInterface, inspectMembers } = require('web_interface');

const kCreate = { __proto__: null }; // proves that it is us who call the constructor
const isSealedOff = native.sandbox !== undefined && !native.sandbox.system;

// What browsers say of such a machine.
function platformName() {
  if (isSealedOff) return '';
  const { arch } = start;
  return `Linux ${arch === 'x64' ? 'x86_64' : arch === 'arm64' ? 'aarch64' : arch}`;
}

class Navigator {
  // Found when first asked for: most programs want one of them.
  #processors = 0;
  #language = '';
  #languages = undefined;

  constructor(proof = undefined) {
    if (proof !== kCreate) throw new ERR_ILLEGAL_CONSTRUCTOR();
  }

  get hardwareConcurrency() {
    if (!(#processors in this)) throw new ERR_INVALID_THIS('Navigator');
    if (this.#processors === 0) this.#processors = isSealedOff ? 1 : native.processors();
    return this.#processors;
  }

  get language() {
    if (!(#processors in this)) throw new ERR_INVALID_THIS('Navigator');
    return this.#findLanguage();
  }

  get languages() {
    if (!(#processors in this)) throw new ERR_INVALID_THIS('Navigator');
    return this.#languages ??= ObjectFreeze([this.#findLanguage()]);
  }

  get platform() {
    if (!(#processors in this)) throw new ERR_INVALID_THIS('Navigator');
    return platformName();
  }

  get userAgent() {
    if (!(#processors in this)) throw new ERR_INVALID_THIS('Navigator');
    return `Millrace/${start.version}`;
  }

  #findLanguage() {
    if (this.#language === '') this.#language = isSealedOff ? 'en-US' : native.language();
    return this.#language;
  }

  [SymbolFor('nodejs.util.inspect.custom')](depth, options) {
    const { hardwareConcurrency, language, languages, platform, userAgent } = this;
    return inspectMembers(this, depth, options, { hardwareConcurrency, language, languages, platform, userAgent }, '[Navigator]');
  }
}
defineInterface(Navigator, 'Navigator');
registerPlatformObject(Navigator.prototype);

module.exports = { Navigator, navigator: new Navigator(kCreate) };
