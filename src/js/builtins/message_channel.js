// MessageChannel (HTML, section 9.5.1): two ports that reach each other.
'use strict';

const { SymbolFor } = primordials;
const { ERR_INVALID_THIS } = require('errors');
const { makeChannel } = require('message_port');
const { registerPlatformObject } = require('platform_objects');
const { defineInterface, inspectMembers } = require('web_interface');

const kInspect = SymbolFor('nodejs.util.inspect.custom');

let isChannel;

class MessageChannel {
  #port1;
  #port2;

  constructor() {
    const ports = makeChannel();
    this.#port1 = ports[0];
    this.#port2 = ports[1];
  }

  get port1() { return checkedChannel(this).#port1; }
  get port2() { return checkedChannel(this).#port2; }

  [kInspect](depth, options) {
    checkedChannel(this);
    return inspectMembers(this, depth, options, { port1: this.#port1, port2: this.#port2 }, '[MessageChannel]');
  }

  static {
    isChannel = (value) => typeof value === 'object' && value !== null && #port1 in value;
  }
}

function checkedChannel(value) {
  if (!isChannel(value)) throw new ERR_INVALID_THIS('MessageChannel');
  return value;
}
defineInterface(MessageChannel, 'MessageChannel');
registerPlatformObject(MessageChannel.prototype);

module.exports = { MessageChannel };
