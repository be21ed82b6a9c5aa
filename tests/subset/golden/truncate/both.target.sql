CREATE TABLE parent (id {id}, name varchar(20));
CREATE TABLE child (id {id}, parent bigint NOT NULL, name varchar(20), FOREIGN KEY (parent) REFERENCES parent (id));
INSERT INTO parent (id, name) VALUES (1, 'target'), (5, 'target');
INSERT INTO child (id, parent, name) VALUES (10, 5, 'target'), (90, 1, 'target');
