CREATE TABLE student (id {id}, name varchar(20));
CREATE TABLE course (id {id}, title varchar(20));
CREATE TABLE enrolment (student bigint NOT NULL, course bigint NOT NULL, grade integer, PRIMARY KEY (student, course), FOREIGN KEY (student) REFERENCES student (id), FOREIGN KEY (course) REFERENCES course (id));
INSERT INTO student (id, name) VALUES (1, 'a'), (2, 'b'), (3, 'c');
INSERT INTO course (id, title) VALUES (10, 'x'), (20, 'y'), (30, 'z');
INSERT INTO enrolment (student, course, grade) VALUES (1, 10, 1), (1, 20, NULL), (2, 20, 3), (3, 30, 4);
