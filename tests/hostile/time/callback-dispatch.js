// A listener that dispatches the event it listens to, once the first has returned, for ever.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const target = new EventTarget();
target.addEventListener('again', () => queueMicrotask(() => target.dispatchEvent(new Event('again'))));
target.dispatchEvent(new Event('again'));
