// What the dashboard is looked at with: timers, promises, a slow task, an error, and on demand a loop that is stuck. usage: program.js FOLDER
'use strict';
const fs = require('fs');
const { performance } = require('perf_hooks');
const text = JSON.stringify(Array.from({ length: 5000 }, (_, i) => i));

// Mostly inside the engine: a stack of C++ ends where code begins that the engine compiled.
function compute(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end) JSON.parse(text);
}

let work = 0;
setInterval(() => { work++; Promise.resolve().then(() => work++); }, 2);
setInterval(() => compute(Math.random() * 8), 40);
setInterval(() => { for (let i = 0; i < 50; i++) setImmediate(() => work++); }, 25);
const kept = [];
setInterval(() => kept.push(new Array(5000).fill(work)), 100);
// Long enough for a stall, not for silence. Again and again: on a machine that others use, too, the detector may sleep through one.
setTimeout(function slow() {
  compute(350);
  setTimeout(slow, 3000);
}, 1500);
setTimeout(() => console.error('order 4711 failed: the warehouse does not answer'), 1200);
for (let i = 0; i < 3; i++) setTimeout(() => {}, 3_600_000 + i);
setInterval(() => {}, 7_200_000).unref();

// The test asks by making files in the folder that is given as the argument.
const told = new Set();
function asked(what) {
  if (told.has(what) || !fs.existsSync(`${process.argv[2]}/${what}`)) return false;
  return told.add(what);
}
setInterval(() => {
  if (asked('hang')) compute(10_000);
  if (asked('end')) process.exit(0);
}, 50);
