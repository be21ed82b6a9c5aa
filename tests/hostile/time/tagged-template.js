// Tagged templates in a loop, whose tag looks at its pieces by a getter.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
function tag(pieces, ...values) { return pieces.raw.map((piece, i) => piece + (values[i] ?? '')).join(''); }
for (let i = 0;; i++) tag`a${i}b${tag`c${i}`}d`;
