CREATE TABLE parent (id {id}, name varchar(20));
CREATE TABLE child (id {id}, parent bigint, must bigint NOT NULL, FOREIGN KEY (parent) REFERENCES parent (id), FOREIGN KEY (must) REFERENCES parent (id));
INSERT INTO parent (id, name) VALUES (1, 'there');
@mariadb SET foreign_key_checks = 0;
INSERT INTO child (id, parent, must) VALUES (1, 1, 1), (2, 77, 1), (3, NULL, 1), (4, 1, 88);
