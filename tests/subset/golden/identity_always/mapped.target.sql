@postgres CREATE TABLE item (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name varchar(20));
@sqlite,mariadb CREATE TABLE item (id {id}, name varchar(20));
INSERT INTO item (name) VALUES ('there already');
