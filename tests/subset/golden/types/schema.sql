CREATE TABLE anything (id {id}, flag boolean, short varchar(20), wide {text}, raw {bytes}, day date, clock {time}, at {timestamp}, moment {moment}{null}, tag {uuid}, extra json);
INSERT INTO anything (id, flag, short, wide, raw, day, clock, at, moment, tag, extra) VALUES (1, TRUE, 'short', 'long', {x:00ff}, '2026-01-31', '23:59:59.5', '2026-01-31 23:59:59.123456', '2026-07-31 12:00:00.25{z}', 'f47ac10b-58cc-4372-a567-0e02b2c3d479', '{"a": [1, 2.50, null, "ä"]}');
INSERT INTO anything (id, flag, short, wide, raw, day, clock, at, moment, tag, extra) VALUES (2, FALSE, '', '', {x:}, '1970-01-01', '00:00:00', '1970-01-01 00:00:00', '1970-01-02 00:00:00{z}', '00000000-0000-0000-0000-000000000000', '[]');
INSERT INTO anything (id, flag, short, wide, raw, day, clock, at, moment, tag, extra) VALUES (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO anything (id, day, at) VALUES (4, '9999-12-31', '9999-12-31 23:59:59'), (5, '1000-01-01', '1000-01-01 00:00:00');
