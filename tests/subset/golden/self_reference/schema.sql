CREATE TABLE node (id {id}, parent bigint, name varchar(20) NOT NULL, FOREIGN KEY (parent) REFERENCES node (id));
INSERT INTO node (id, parent, name) VALUES (50, NULL, 'root'), (60, NULL, 'other root');
INSERT INTO node (id, parent, name) VALUES (10, 50, 'before its parent'), (55, 50, 'b');
INSERT INTO node (id, parent, name) VALUES (20, 10, 'a1'), (5, 20, 'a2'), (70, 55, 'b1'), (61, 60, 'not asked for');
UPDATE node SET parent = 60 WHERE id = 60;
