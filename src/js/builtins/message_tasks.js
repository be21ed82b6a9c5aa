// The tasks that deliver messages, in the order in which they were queued, each followed by its own checkpoint (docs/semantics.md, rules 1 and 32).
// They run in the immediates phase: one immediate works off what waits and what comes meanwhile, so that a message costs no turn of the loop, for as long as posted
// work may (BatchPolicy); the rest goes on in the next tick.
'use strict';

const { performanceNow, state } = native;
const { context, enter } = require('async_context');
const { addImmediate } = require('immediates');
const { drain } = require('task_queues');

const kSlowAfter = 9; // slots of `state`, see src/js/runtime_state.h
const kBatchMs = 5;

let head = null;
let tail = null;
let armed = false; // an immediate will look, or is looking

/// Queues run(argument), which must not throw.
function queueMessageTask(run, argument) {
  const task = { run, argument, frame: context.frame, next: null };
  if (tail === null) head = task;
  else tail.next = task;
  tail = task;
  if (!armed) arm();
}

function arm() {
  armed = true;
  addImmediate(runTasks, undefined);
}

function takeTask() {
  const task = head;
  head = task.next;
  if (head === null) tail = null;
  return task;
}

function runTask({ run, argument, frame }) {
  if (context.frame !== frame) enter(frame);
  run(argument);
}

function runTasks() {
  // Where each callback is measured by itself, or jobs can only run when nothing is on the stack, an immediate has one task.
  const single = !native.drainInside || state[kSlowAfter] !== Infinity;
  const end = single ? 0 : performanceNow() + kBatchMs;
  while (head !== null) {
    runTask(takeTask());
    // The last one's checkpoint is that of the immediate.
    if (head === null) break;
    if (single || performanceNow() >= end) return arm();
    drain(false);
  }
  armed = false;
}

// A limit ended what ran in the middle of it: what waits goes on with the next turn.
native.resumeMessageTasks = () => {
  if (head === null) armed = false;
  else arm();
};

module.exports = { queueMessageTask };
