// atob() and btoa(): https://html.spec.whatwg.org/multipage/webappapis.html#atob
'use strict';

const { ERR_MISSING_ARGS } = require('errors');

function invalidCharacter(message) {
  const { DOMException } = require('dom_exception');
  return new DOMException(message, 'InvalidCharacterError');
}

// Methods: functions of Web IDL are no constructors.
module.exports = {
  btoa(data) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('input');
    const encoded = native.encodeBase64(`${data}`);
    if (encoded === undefined) throw invalidCharacter('Invalid character');
    return encoded;
  },

  atob(data) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('input');
    const decoded = native.decodeBase64(`${data}`);
    if (decoded === undefined) throw invalidCharacter('Invalid character');
    if (decoded === null) throw invalidCharacter('The string to be decoded is not correctly encoded.');
    return decoded;
  },
};
