CREATE TABLE item (id {id}, name varchar(20));
INSERT INTO item (id, name) VALUES (1, 'a');
CREATE VIEW items AS SELECT id, name FROM item;
