CREATE TABLE purchase (id {id}, note varchar(20));
CREATE TABLE line (purchase bigint NOT NULL, number integer NOT NULL, product varchar(20) NOT NULL, PRIMARY KEY (purchase, number), FOREIGN KEY (purchase) REFERENCES purchase (id));
CREATE TABLE parcel (code varchar(10) NOT NULL, purchase bigint NOT NULL, line_number integer NOT NULL, PRIMARY KEY (code), FOREIGN KEY (purchase, line_number) REFERENCES line (purchase, number));
INSERT INTO purchase (id, note) VALUES (7, 'first'), (8, 'second'), (9, 'not asked for');
INSERT INTO line (purchase, number, product) VALUES (7, 1, 'a'), (7, 2, 'b'), (8, 1, 'c'), (8, 3, 'd'), (9, 1, 'e');
INSERT INTO parcel (code, purchase, line_number) VALUES ('X1', 7, 2), ('X2', 8, 3), ('X3', 9, 1);
