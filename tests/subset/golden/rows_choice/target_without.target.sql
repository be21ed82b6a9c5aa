CREATE TABLE currency (code varchar(3) NOT NULL PRIMARY KEY, name varchar(20));
INSERT INTO currency (code, name) VALUES ('EUR', 'of the target');
CREATE TABLE visit (id {id}, words varchar(20));
CREATE TABLE account (id {id}, currency varchar(3) NOT NULL, visit bigint, FOREIGN KEY (currency) REFERENCES currency (code), FOREIGN KEY (visit) REFERENCES visit (id));
