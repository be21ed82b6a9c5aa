CREATE TABLE currency (code varchar(3) NOT NULL PRIMARY KEY, name varchar(20));
CREATE TABLE visit (id {id}, words varchar(20));
CREATE TABLE account (id {id}, currency varchar(3) NOT NULL, visit bigint, FOREIGN KEY (currency) REFERENCES currency (code), FOREIGN KEY (visit) REFERENCES visit (id));
INSERT INTO currency (code, name) VALUES ('EUR', 'Euro'), ('USD', 'Dollar'), ('GBP', 'Pound');
INSERT INTO visit (id, words) VALUES (1, 'a'), (2, 'b');
INSERT INTO account (id, currency, visit) VALUES (1, 'EUR', 1), (2, 'USD', NULL), (3, 'EUR', 2);
