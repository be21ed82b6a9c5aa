// A worker as its maker's built-ins see it: the link to it, what is heard of it, and its end. Both kinds of Worker are made of it.
'use strict';

const { Error, ReflectApply, SafeMap, bareArray } = primordials;
const { close, header, listen, send, take } = require('message_link');
const { commit, pack } = require('message_pack');
const { linkPair, collectWorker, startWorker, terminateWorker, workersMax } = require('message_natives');

const { state } = native;
const kListening = 18; // a slot of `state`, see src/js/runtime_state.h

const handles = new SafeMap(); // by number: a worker that runs is kept, and what listens to it

class Handle {
  number = 0;
  link = null;
  observer; // { message(data, ports), messageError(error), error(facts), online(), exit(code) }
  terminated = false;
  closed = false; // its end of the link
  ended = null; // [exit code, limit, error]
  held = false;
  constructor(observer) {
    this.observer = observer;
  }
}

function tooMany() {
  const { DOMException } = require('dom_exception');
  return new DOMException(`Worker: more than ${workersMax()} would run at the same time (workers_max)`, 'QuotaExceededError');
}

/// `what`: { source, isCode, isModule, name, asNode, data, transfer }; `data` undefined: the worker gets none.
function start(what, observer) {
  if (native.sandbox !== undefined) checkRights(what);
  const handle = new Handle(observer);
  const pair = linkPair();
  const args = bareArray();
  args[0] = what.source;
  args[1] = what.isCode;
  args[2] = what.isModule;
  args[3] = what.name;
  args[4] = what.asNode;
  args[5] = pair[1];
  if (what.data !== undefined) {
    const { packed, transfers } = pack(what.data, what.transfer, header.message);
    args[6] = packed;
    const links = commit(transfers);
    for (let i = 0; i < links.length; i++) args[7 + i] = links[i];
  }
  const number = ReflectApply(startWorker, undefined, args);
  if (number < 0) throw tooMany();
  handle.number = number;
  handle.link = pair[0];
  handles.set(number, handle);
  hold(handle, true);
  listen(handle.link, () => receive(handle));
  return handle;
}

// C++ refuses, too; here is said why.
function checkRights({ isCode }) {
  const { sandbox } = native;
  if (!sandbox.workers) throw sandbox.denied('Worker', 'workers');
  if (isCode && !sandbox.eval) throw sandbox.denied('A worker made of a text', 'eval');
  if (!isCode && !sandbox.modules) throw sandbox.denied('A worker made of a file', 'modules');
}

/// Whether the worker keeps this program alive.
function hold(handle, wanted) {
  if (handle.ended !== null && handle.observer === null) wanted = false;
  if (handle.held === wanted) return;
  handle.held = wanted;
  state[kListening] += wanted ? 1 : -1;
}

// A task.
function receive(handle) {
  const message = take(handle.link);
  if (message === undefined) return;
  if (message === null) {
    handle.closed = true;
    finish(handle);
  } else if (!handle.terminated) {
    const { observer } = handle;
    if (message.what === header.error) observer.error(message.data ?? { __proto__: null, message: 'an error that cannot be shown' });
    else if (message.what === header.online) observer.online();
    else if (message.failed !== undefined) observer.messageError(message.failed);
    else observer.message(message.data, message.ports);
  }
}

/// A task of C++: its thread is at its end.
function ended(number) {
  const handle = handles.get(number);
  if (handle === undefined) return;
  handle.ended = collectWorker(number);
  finish(handle);
}

// What it sent is heard before its end.
function finish(handle) {
  if (handle.ended === null || !(handle.closed || handle.terminated) || !handles.has(handle.number)) return;
  handles.delete(handle.number);
  close(handle.link);
  const { observer } = handle;
  const { 0: code, 1: limit, 2: failure } = handle.ended;
  handle.observer = null;
  hold(handle, false);
  if (!handle.terminated && (limit !== '' || failure !== '')) {
    const error = new Error(limit !== '' ? `The worker was ended by a limit: ${limit}` : `The worker failed: ${failure}`);
    error.code = limit !== '' ? 'ERR_LIMIT' : 'ERR_WORKER_INIT_FAILED';
    observer.error({ __proto__: null, message: error.message, filename: '', lineno: 0, colno: 0, error });
  }
  observer.exit(code);
}

function post(handle, message, list) {
  if (handle.observer !== null && !handle.terminated) send(handle.link, message, list);
  else pack(message, list, header.message); // what cannot be sent is an error all the same
}

/// Its JavaScript stops, wherever it is; nothing more is heard of it but its end.
function terminate(handle) {
  if (handle.terminated || handle.observer === null) return;
  handle.terminated = true;
  terminateWorker(handle.number);
}

module.exports = { ended, hold, post, start, terminate };
