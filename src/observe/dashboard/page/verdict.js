// What an operator wants to read first: is it well, and if not, where to look.
import { count, duration, percent } from './format.js';

// Where figures begin to matter. A person notices a tenth of a second; a loop that is busy for three quarters has little left for a burst.
export const limits = { busyWarn: 0.75, busyBad: 0.95, lateWarnS: 0.025, lateBadS: 0.1, errorsRecentS: 60 };
const kSecondsJudged = 5; // one odd second is not a state of affairs

export function levelOf(value, warn, bad) {
  return value >= bad ? 'bad' : value >= warn ? 'warn' : 'good';
}

/// { level, heading, text } for a store (store.js).
export function verdictOf(store) {
  if (store.line === 'ended')
    return { level: 'warn', heading: 'The program has ended', text: 'These are its last figures. The page connects again when it runs on this address again.' };
  const latest = store.latest;
  if (store.line !== 'open' && latest === null)
    return { level: 'waiting', heading: 'Waiting for the program', text: 'There is no connection yet.' };
  if (store.line !== 'open')
    return { level: 'bad', heading: 'The program cannot be reached', text: `${store.reason}. These are the last figures, of a while ago.` };
  if (!store.responding)
    return { level: 'bad', heading: `No answer from the loop for ${duration(store.age)}`,
      text: store.stall !== null ? 'A callback does not end. The stack below says where it is.' : 'A callback does not end, or the program is stopped.' };
  if (latest === null) return { level: 'waiting', heading: 'Waiting for the first figures', text: 'A program that has just started tells them within a second.' };

  const judged = store.rows.slice(-kSecondsJudged);
  const busy = judged.reduce((sum, row) => sum + row.loop.utilization * row.span_s, 0) / judged.reduce((sum, row) => sum + row.span_s, 0);
  const late = Math.max(...judged.map((row) => row.latency.timer_lateness.p99_s));
  const busyLevel = levelOf(busy, limits.busyWarn, limits.busyBad);
  const lateLevel = levelOf(late, limits.lateWarnS, limits.lateBadS);
  const facts = `${percent(busy)} % busy in the last ${judged.length} seconds, timers up to ${duration(late)} late`;
  if (busyLevel === 'bad') return { level: 'bad', heading: 'The loop has no time left', text: `${facts}. New work waits behind what runs.` };
  if (lateLevel === 'bad' && busy < 0.5)
    return { level: 'bad', heading: 'Something blocks the loop', text: `${facts}: a callback waits or computes for long. Look at the slow callbacks.` };
  if (lateLevel === 'bad') return { level: 'bad', heading: 'The loop is late', text: `${facts}. Users notice this.` };
  if (busyLevel === 'warn') return { level: 'warn', heading: 'The loop is busy', text: `${facts}. There is little left for a burst.` };
  if (lateLevel === 'warn') return { level: 'warn', heading: 'The loop is a little late', text: `${facts}.` };
  const recent = latest.errors.listed.filter((error) => Date.parse(latest.time) - Date.parse(error.when) < limits.errorsRecentS * 1000);
  if (recent.some((error) => error.level !== 'warn'))
    return { level: 'warn', heading: 'The loop is well, the program reports errors', text: `${facts}; ${count(recent.length)} in the last minute, see below.` };
  return { level: 'good', heading: 'All is well', text: `${facts}.` };
}
