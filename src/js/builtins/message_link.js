// Ends of channels whose other end is in another runtime. The bytes, their queue and their bounds are C++ (src/js/workers/message_link.h); here is which end they
// are for. An end that listens is kept, whoever has forgotten its port.
'use strict';

const { SafeMap, bareArray, ReflectApply } = primordials;
const { commit, pack } = require('message_pack');
const { headerOf, unpack } = require('message_unpack');
const { linkClose, linkIgnore, linkListen, linkPair, linkRequeue, linkRoom, linkSend, linkTake } = require('message_natives');

const ports = () => require('message_port');

/// What a message is.
const header = { __proto__: null, message: 0, error: 1, online: 2 };
const rooms = [null, 'messages wait at the other end: at most 65536', 'bytes wait at the other end: at most 268435456'];

const listening = new SafeMap(); // id -> receiver
const ids = new SafeMap(); // link -> id
let lastId = 0;

function quota(why) {
  const { DOMException } = require('dom_exception');
  return new DOMException(`postMessage: too many ${why}`, 'QuotaExceededError');
}

function withLinks(first, links) {
  for (let i = 0; i < links.length; i++) first[first.length] = links[i];
  return first;
}

/// postMessage() over a link.
function send(link, message, list, what = header.message) {
  const { packed, size, transfers } = pack(message, list, what);
  const room = linkRoom(link, size);
  if (room !== 0) throw quota(rooms[room]);
  const args = bareArray();
  args[0] = link;
  args[1] = packed;
  ReflectApply(linkSend, undefined, withLinks(args, commit(transfers)));
}

/// From now on receiver(what, link) is called, in a task, for each message and for the end: it takes one with take().
function listen(link, receiver) {
  const id = ++lastId;
  ids.set(link, id);
  listening.set(id, receiver);
  linkListen(link, id);
}

function ignore(link) {
  const id = ids.get(link);
  if (id === undefined) return;
  ids.delete(link);
  listening.delete(id);
  linkIgnore(link);
}

function close(link) {
  ignore(link);
  linkClose(link);
}

// A task of C++.
function deliver(id) {
  listening.get(id)?.();
}

function attachLink(link) {
  const { End, attach } = ports();
  const end = new End();
  end.link = link;
  return attach(end);
}

/// The next message: { what, data, ports }; `failed` in place of the data when it cannot be read here. null: closed; undefined: nothing.
function take(link) {
  const parts = linkTake(link);
  if (parts === undefined || parts === null) return parts;
  const what = headerOf(parts);
  try {
    const { data, ports: moved } = unpack(parts, attachLink);
    return { __proto__: null, what, data, ports: moved, failed: undefined };
  } catch (error) {
    return { __proto__: null, what, data: undefined, ports: null, failed: error };
  }
}

/// The link for an end that goes to another runtime. What waits there goes with it.
function exportEnd(end) {
  let { link } = end;
  const { peer } = end;
  const { take: takeWaiting } = ports();
  end.started = true;
  if (link === null) {
    const pair = linkPair();
    link = pair[1];
    end.peer = null;
    if (peer === null) {
      linkClose(pair[0]);
    } else {
      peer.peer = null;
      peer.link = pair[0];
      if (peer.started) ports().listenTo(peer);
    }
  } else {
    ignore(link);
  }
  let position = 0;
  for (let waiting = takeWaiting(end); waiting !== null; waiting = takeWaiting(end)) {
    if (ports().isClosing(waiting)) break; // the other half of the link is closed already
    const { packed, transfers } = pack(waiting.data, waiting.ports, header.message);
    const args = bareArray();
    args[0] = link;
    args[1] = position++;
    args[2] = packed;
    ReflectApply(linkRequeue, undefined, withLinks(args, commit(transfers)));
  }
  return link;
}

module.exports = { attachLink, close, deliver, exportEnd, header, ignore, listen, send, take };
