CREATE TABLE parent (id {id}, name varchar(20));
CREATE TABLE child (id {id}, parent bigint NOT NULL, flag integer NOT NULL, FOREIGN KEY (parent) REFERENCES parent (id));
CREATE TABLE other (id {id}, parent bigint, FOREIGN KEY (parent) REFERENCES parent (id));
INSERT INTO parent (id, name) VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'nobody');
INSERT INTO child (id, parent, flag) VALUES (1, 1, 0), (2, 1, 1), (3, 2, 0), (4, 2, 1), (5, 3, 1), (6, 3, 0);
INSERT INTO other (id, parent) VALUES (1, 3), (2, 3), (3, NULL);
