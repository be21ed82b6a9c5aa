// By deadline, then by creation; a signal that follows is told right after its source.
const alive = setInterval(() => {}, 1000);
const on = (label, signal) => { signal.onabort = () => console.log(label); return signal; };
const late = on('400', AbortSignal.timeout(400));
on('0', AbortSignal.timeout(0));
on('10 a', AbortSignal.timeout(10));
on('10 b', AbortSignal.timeout(10));
on('any', AbortSignal.any([late, on('20', AbortSignal.timeout(20))]));
late.addEventListener('abort', () => { console.log('end'); clearInterval(alive); });
