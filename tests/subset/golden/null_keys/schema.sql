CREATE TABLE parent (a integer NOT NULL, b integer NOT NULL, name varchar(20), PRIMARY KEY (a, b));
CREATE TABLE child (id {id}, a integer, b integer, FOREIGN KEY (a, b) REFERENCES parent (a, b));
INSERT INTO parent (a, b, name) VALUES (1, 1, 'referred to'), (1, 2, 'half referred to');
INSERT INTO child (id, a, b) VALUES (1, 1, 1), (2, NULL, NULL), (3, 1, NULL), (4, NULL, 2), (5, 99, NULL);
