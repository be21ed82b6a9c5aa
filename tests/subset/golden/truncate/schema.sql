CREATE TABLE parent (id {id}, name varchar(20));
CREATE TABLE child (id {id}, parent bigint NOT NULL, name varchar(20), FOREIGN KEY (parent) REFERENCES parent (id));
INSERT INTO parent (id, name) VALUES (1, 'source'), (2, 'source');
INSERT INTO child (id, parent, name) VALUES (10, 1, 'source'), (11, 2, 'source'), (12, 1, 'source');
