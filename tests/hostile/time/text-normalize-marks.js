// One letter with four hundred thousand marks: to put these in order takes the square of their number, inside the engine's library: refused.
// outcome: error 1
// says: normalize: more than 64 marks in a row
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
('a' + '\u0323\u0307'.repeat(200_000)).normalize('NFC');
