@postgres CREATE TABLE item (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name varchar(20));
@sqlite,mariadb CREATE TABLE item (id {id}, name varchar(20));
@postgres INSERT INTO item (id, name) OVERRIDING SYSTEM VALUE VALUES (40, 'a'), (50, 'b');
@sqlite,mariadb INSERT INTO item (id, name) VALUES (40, 'a'), (50, 'b');
