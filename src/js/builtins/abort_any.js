// AbortSignal.any(): signals that follow others (DOM, section 3.2.1, "create a dependent abort signal").
//
// A dependent signal knows its sources, which are never dependent themselves: of a dependent source it takes the sources. A source knows
// its dependents weakly, so that a source that lives long does not keep every signal that was ever made from it; only while somebody
// listens to a dependent do its sources hold it. Links whose signal is gone are swept out when their number has doubled, so there is
// no finalizer, and memory stays within twice of what is in use.
'use strict';

const { ReflectApply, SafeSet, SymbolIterator, WeakRef, WeakRefPrototypeDeref, bareArray, isObject } = primordials;
const { ConversionError } = require('errors');
const { internals: targets } = require('event_target');
const { create, existingMoreOf, isAbortSignal, isAborted, moreOf, reasonOf, setReason } = require('abort_signal').internals;

const kSweepMin = 16;

/// Whether an abort of this signal would run anything.
function isListening(signal) {
  const { algorithms } = moreOf(signal);
  return (algorithms !== null && algorithms.size > 0) || targets.countListeners(signal, 'abort') > 0;
}

/// Calls `onChange` whenever the answer of isListening() may have changed.
function watchListening(signal, onChange) {
  moreOf(signal).onChange = onChange;
  targets.tableOf(signal).onChange = (type) => {
    if (type === 'abort') onChange();
  };
}

// The links of one source: { weak, strong }, oldest first.
function createDependents() {
  let links = bareArray();
  let sweepAt = kSweepMin;

  const signalOf = (link) => link.strong ?? WeakRefPrototypeDeref(link.weak);

  function sweep() {
    const kept = bareArray();
    for (let i = 0; i < links.length; i++) {
      const signal = signalOf(links[i]);
      if (signal !== undefined && !isAborted(signal)) kept[kept.length] = links[i];
    }
    links = kept;
    sweepAt = links.length * 2 < kSweepMin ? kSweepMin : links.length * 2;
  }

  return {
    add(link) {
      if (links.length >= sweepAt) sweep();
      links[links.length] = link;
    },
    // Those that follow the source now, which has aborted and needs them no longer.
    take() {
      const taken = bareArray();
      for (let i = 0; i < links.length; i++) {
        const signal = signalOf(links[i]);
        if (signal !== undefined && !isAborted(signal)) taken[taken.length] = signal;
      }
      links = bareArray();
      return taken;
    },
  };
}

function follow(signal, source) {
  const more = moreOf(source);
  more.dependents ??= createDependents();
  const link = { weak: new WeakRef(signal), strong: null, source };
  more.dependents.add(link);
  return link;
}

function watch(signal, links) {
  let held = false;
  const hold = (wanted) => {
    if (wanted === held) return;
    held = wanted;
    for (let i = 0; i < links.length; i++) {
      const more = moreOf(links[i].source);
      links[i].strong = held ? signal : null;
      more.listening += held ? 1 : -1;
      if (more.onChange !== null) more.onChange();
    }
  };
  watchListening(signal, () => hold(!isAborted(signal) && isListening(signal)));
  moreOf(signal).onAborted = () => {
    hold(false);
    moreOf(signal).sources = null;
  };
}

// WebIDL's sequence<AbortSignal>: what the value's own iterator yields, even where a program replaced that of arrays. All of it is read
// before any of it counts.
function toSignals(value) {
  const method = isObject(value) ? value[SymbolIterator] : undefined;
  if (typeof method !== 'function') throw new ConversionError('signals cannot be converted to sequence.');
  const iterator = ReflectApply(method, value, []);
  const { next } = iterator;
  const signals = bareArray();
  for (;;) {
    const result = ReflectApply(next, iterator, []);
    if (result.done) return signals;
    const signal = result.value;
    if (!isAbortSignal(signal)) throw new ConversionError(`signals[${signals.length}] is not of type AbortSignal.`);
    signals[signals.length] = signal;
  }
}

const any = (value) => anyOf(toSignals(value));

/// The same for signals in an array.
function anyOf(signals) {
  const signal = create();
  for (let i = 0; i < signals.length; i++) {
    if (!isAborted(signals[i])) continue;
    setReason(signal, reasonOf(signals[i]));
    return signal;
  }
  const sources = SafeSet();
  for (let i = 0; i < signals.length; i++) {
    const own = existingMoreOf(signals[i])?.sources ?? null;
    if (own === null) sources.add(signals[i]);
    else own.forEach((source) => sources.add(source));
  }
  moreOf(signal).sources = sources;
  const links = bareArray();
  sources.forEach((source) => { links[links.length] = follow(signal, source); });
  watch(signal, links);
  return signal;
}

module.exports = { any, anyOf, isListening, watchListening };
