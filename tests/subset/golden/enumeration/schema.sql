@postgres CREATE TYPE mood AS ENUM ('so so', 'it''s', 'ok');
@postgres CREATE TABLE person (id {id}, mood mood NOT NULL);
@mariadb CREATE TABLE person (id {id}, mood enum('so so', 'it''s', 'ok') NOT NULL);
INSERT INTO person (id, mood) VALUES (1, 'ok'), (2, 'so so'), (3, 'it''s');
