CREATE TABLE parent (id {id}, name varchar(20));
CREATE TABLE log (parent bigint, words varchar(20), number integer, FOREIGN KEY (parent) REFERENCES parent (id));
INSERT INTO parent (id, name) VALUES (1, 'a'), (2, 'not asked for');
INSERT INTO log (parent, words, number) VALUES (1, 'same', 1), (1, 'same', 1), (NULL, 'other', 2), (1, 'and', 3), (2, 'no', 4);
