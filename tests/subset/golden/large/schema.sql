CREATE TABLE thing (id {id}, words {text}, raw {bytes});
@sqlite INSERT INTO thing (id, words, raw) VALUES (1, replace(hex(zeroblob(524288)), '0', 'a'), zeroblob(1048576));
@postgres INSERT INTO thing (id, words, raw) VALUES (1, repeat('a', 1048576), decode(repeat('00', 1048576), 'hex'));
@mariadb INSERT INTO thing (id, words, raw) VALUES (1, repeat('a', 1048576), repeat(x'00', 1048576));
INSERT INTO thing (id, words, raw) VALUES (2, '', {x:}), (3, NULL, NULL), (4, 'a ''single'' and a "double" quote', {x:00270022005c000a000d00}), (5, 'back\slash \n \x00 \', {x:5c5c7830}), (6, 'a
line	and a tab', {x:0a}), (7, 'ä€😀é, 中文', {x:ff00fe}), (8, ' space at both ends ', {x:20}), (9, 'a,b;c', {x:2c}), (10, '\.', {x:5c2e}), (11, '\N', {x:5c4e}), (12, 'NULL', {x:4e554c4c}), (13, '%s $1 ? :a {}', {x:80});
