// MessagePort (HTML, section 9.5.3). A port is the face of one end of a channel; when it is transferred, another port becomes
// the face, and what waits at the end stays there. Within a runtime a message is cloned when it is posted, and each is delivered by a task of its
// own (docs/semantics.md, rule 32). An end whose other end is in another runtime has a link, see message_link.js.
//
// A port holds the program open only while somebody listens: see hold() below.
'use strict';

const { ObjectDefineProperty, SymbolFor } = primordials;
const { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_THIS, ERR_MISSING_ARGS } = require('errors');
const { internals: messageEvents } = require('message_event');
const { queueMessageTask } = require('message_tasks');
const { readTransfer } = require('message_transfer');
const { Event, internals: events } = require('event');
const { internals: targets } = require('event_target');
const { defineHandler } = require('event_handlers');
const { dataCloneError } = require('clone_messages');
const { cloneMessage } = require('structured_clone');
const { registerPlatformObject } = require('platform_objects');
const { defineInterface, inspectMembers } = require('web_interface');

const { state, web } = native;
// In the profile node a port has the methods of an emitter, too, and holds the program as Node's does.
const Base = web === undefined ? require('node_event_target').NodeEventTarget : require('event_target').EventTarget;

const kListening = 18; // a slot of `state`, see src/js/runtime_state.h
const kInspect = SymbolFor('nodejs.util.inspect.custom');
const kCreate = { __proto__: null }; // proves that it is us who call the constructor
const kMessagesMax = 65536; // that wait at one end, as LinkEnd::kMessagesMax in src/js/workers/message_link.h


/// One end of a channel.
class End {
  peer = null; // in this runtime
  link = null; // or in another one
  port = null; // the face
  head = null; // messages that wait: { data, ports, next }
  tail = null;
  waiting = 0;
  started = false;
  closed = false; // from either side, and told
}

const kClosing = { __proto__: null }; // in the place of a message's data: the other end was closed

let endOf; // null: the port was transferred or closed
let setEnd;
let isPort;
let hold; // (port, boolean): whether it keeps the program alive
let isHeld;

class MessagePort extends Base {
  #end;
  #held = false; // counted in state[kListening]

  constructor(proof = undefined, end = undefined) {
    if (proof !== kCreate) throw new ERR_ILLEGAL_CONSTRUCTOR();
    super();
    this.#end = end;
    end.port = this;
    if (web === undefined) listenAsNode(this);
  }

  postMessage(message, transferOrOptions = undefined) {
    checked(this);
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('message');
    const list = readTransfer(transferOrOptions);
    post(this, this.#end, message, list);
  }

  start() {
    const end = checked(this).#end;
    if (end !== null) start(end);
  }

  close() {
    const end = checked(this).#end;
    if (end !== null) close(this, end);
  }

  [kInspect](depth, options) {
    checked(this);
    return inspectMembers(this, depth, options, { active: this.#end !== null, refed: this.#held }, '[MessagePort]');
  }

  static {
    isPort = (value) => typeof value === 'object' && value !== null && #end in value;
    endOf = (port) => port.#end;
    setEnd = (port, end) => {
      port.#end = end;
      if (end === null) hold(port, false);
    };
    hold = (port, wanted) => {
      if (port.#end === null) wanted = false;
      if (port.#held === wanted) return;
      port.#held = wanted;
      state[kListening] += wanted ? 1 : -1;
    };
    isHeld = (port) => port.#held;
  }
}

function checked(value) {
  if (!isPort(value)) throw new ERR_INVALID_THIS('MessagePort');
  return value;
}

// ---- sending -----------------------------------------------------------------------------------------------------------

function includes(list, port) {
  if (port !== null) for (let i = 0; i < list.length; i++) if (list[i] === port) return true;
  return false;
}

function post(port, end, message, list) {
  if (list !== null && includes(list, port)) throw dataCloneError('Transfer list contains source port');
  if (end !== null && end.link !== null) return require('message_link').send(end.link, message, list);
  const target = end === null ? null : end.peer;
  if (target !== null && target.waiting >= kMessagesMax) throw tooMany();
  // A port that is sent through its own channel takes the message with it.
  const doomed = list !== null && target !== null && includes(list, target.port);
  const cloned = cloneMessage(message, list);
  if (target === null || doomed) return;
  append(target, cloned.data, cloned.ports);
}

function tooMany() {
  const { DOMException } = require('dom_exception');
  return new DOMException(`postMessage: more than ${kMessagesMax} messages wait at the other port`, 'QuotaExceededError');
}

const isClosing = (message) => message.data === kClosing;

function append(end, data, ports) {
  const message = { data, ports, next: null };
  if (end.tail === null) end.head = message;
  else end.tail.next = message;
  end.tail = message;
  end.waiting++;
  if (end.started || data === kClosing) queueMessageTask(deliver, end);
}

function take(end) {
  const message = end.head;
  if (message === null) return null;
  // Only the news that the other end is closed does not wait for start().
  if (!end.started && message.data !== kClosing) return null;
  end.head = message.next;
  if (end.head === null) end.tail = null;
  end.waiting--;
  return message;
}

// ---- receiving -----------------------------------------------------------------------------------------------------------

function start(end) {
  if (end.started) return;
  end.started = true;
  for (let message = end.head; message !== null; message = message.next) queueMessageTask(deliver, end);
  if (end.link !== null) listenTo(end);
}

// What is posted to an end from another runtime.
function listenTo(end) {
  const { listen, take: takeLinked } = require('message_link');
  const { link } = end;
  if (web !== undefined) hold(end.port, true); // here, others can end the wait; within a runtime nobody but the program itself
  listen(link, () => {
    if (end.link !== link || end.port === null) return;
    // What came while both ends were here is first.
    const message = end.head === null ? takeLinked(link) : undefined;
    if (message === undefined) return;
    if (message === null) closedByPeer(end);
    else if (message.failed !== undefined) targets.dispatch(end.port, messageEvents.make('messageerror', null, null));
    else targets.dispatch(end.port, messageEvents.make('message', message.data, message.ports));
  });
}

// A task. The port may have been closed or sent on since it was queued; then there is nothing, or another task for the new port.
function deliver(end) {
  const message = take(end);
  if (message === null) return;
  if (message.data === kClosing) closedByPeer(end);
  else targets.dispatch(end.port, messageEvents.make('message', message.data, message.ports));
}

// ---- closing -------------------------------------------------------------------------------------------------------------

function closeEvent() {
  const event = new Event('close');
  events.setTrusted(event, true);
  return event;
}

function close(port, end) {
  setEnd(port, null);
  disentangle(end);
  // Node tells both sides, HTML the other one.
  if (web === undefined) queueMessageTask((closed) => targets.dispatch(closed, closeEvent()), port);
}

function disentangle(end) {
  end.closed = true;
  end.head = end.tail = null;
  end.waiting = 0;
  const { peer, link } = end;
  end.peer = end.link = null;
  if (link !== null) require('message_link').close(link);
  if (peer === null) return;
  peer.peer = null;
  append(peer, kClosing, null);
}

function closedByPeer(end) {
  const { port } = end;
  if (end.closed) return;
  end.closed = true;
  if (end.link !== null) require('message_link').close(end.link);
  end.link = null;
  setEnd(port, null);
  targets.dispatch(port, closeEvent());
}

// ---- moving --------------------------------------------------------------------------------------------------------------

/// Takes the end away from a port that is being transferred.
function detach(port) {
  const end = endOf(port);
  setEnd(port, null);
  end.started = false;
  end.port = null;
  return end;
}

/// A port for an end that has none.
function attach(end) {
  return new MessagePort(kCreate, end);
}

registerPlatformObject(MessagePort.prototype, (source) => {
  if (!isPort(source)) return undefined;
  throw dataCloneError('Object that needs transfer was found in message but not listed in transferList');
}, {
  __proto__: null,
  is: isPort,
  name: 'MessagePort',
  isDetached: (port) => endOf(port) === null,
  move: (port) => attach(detach(port)),
  export: (port) => require('message_link').exportEnd(detach(port)),
});

// ---- Node ----------------------------------------------------------------------------------------------------------------

// The first listener for messages starts the port and makes it hold the program; with the last one gone it does not any more.
function listenAsNode(port) {
  let count = 0;
  targets.tableOf(port).onChange = (type) => {
    if (type !== 'message') return;
    const now = targets.countListeners(port, 'message');
    if (count === 0 && now > 0) {
      hold(port, true);
      if (endOf(port) !== null) start(endOf(port));
    } else if (count > 0 && now === 0) {
      hold(port, false);
    }
    count = now;
  };
}

const nodeMethods = {
  ref() { hold(checked(this), true); },
  unref() { hold(checked(this), false); },
  hasRef() { return isHeld(checked(this)); },
};

/// As when a listener is added in the profile node, and when the last one is removed; there the port has seen to it already.
function startPort(port) {
  const end = endOf(port);
  if (end === null) return;
  start(end);
  hold(port, true);
}
function releasePort(port) {
  hold(port, false);
}

// ---- the interfaces ------------------------------------------------------------------------------------------------------

const startWhenSet = (port) => {
  const end = endOf(port);
  if (end !== null) start(end);
};
if (web === undefined) {
  for (const name of ['ref', 'unref', 'hasRef'])
    ObjectDefineProperty(MessagePort.prototype, name, { __proto__: null, value: nodeMethods[name], writable: true, enumerable: true, configurable: true });
  defineHandler(MessagePort.prototype, 'message', checked);
} else {
  defineHandler(MessagePort.prototype, 'message', checked, startWhenSet);
}
defineHandler(MessagePort.prototype, 'messageerror', checked);
defineHandler(MessagePort.prototype, 'close', checked);
defineInterface(MessagePort, 'MessagePort');

/// Both ports of a new channel.
function makeChannel() {
  const first = new End();
  const second = new End();
  first.peer = second;
  second.peer = first;
  return [attach(first), attach(second)];
}

/// What is taken from a port without waiting for a task: { message }, or undefined when there is nothing.
function receiveNow(port) {
  const end = endOf(port);
  if (end === null) return undefined;
  if (end.head !== null) {
    if (isClosing(end.head)) return undefined;
    const { started } = end;
    end.started = true;
    const { data } = take(end);
    end.started = started;
    return { message: data };
  }
  const message = end.link === null ? undefined : require('message_link').take(end.link);
  return message === undefined || message === null ? undefined : { message: message.data };
}

module.exports = { End, MessagePort, attach, isClosing, isPort, listenTo, makeChannel, receiveNow, releasePort, startPort, take };
