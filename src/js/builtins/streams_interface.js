// What every class of the streams built-ins gets.
'use strict';

const { registerPlatformObject } = require('platform_objects');
const { defineInterface } = require('web_interface');

/// Not serializable, until they can be transferred.
function expose(Class) {
  defineInterface(Class, Class.name);
  registerPlatformObject(Class.prototype);
}

module.exports = { expose };
