CREATE TABLE post (id {id}, title varchar(20));
CREATE TABLE photo (id {id}, file varchar(20));
CREATE TABLE remark (id {id}, subject_type varchar(20) NOT NULL, subject_id bigint NOT NULL, words varchar(20));
INSERT INTO post (id, title) VALUES (1, 'post 1'), (2, 'post 2');
INSERT INTO photo (id, file) VALUES (1, 'photo 1'), (2, 'photo 2');
INSERT INTO remark (id, subject_type, subject_id, words) VALUES (1, 'post', 2, 'of post 2'), (2, 'photo', 1, 'of photo 1'), (3, 'post', 2, 'again');
