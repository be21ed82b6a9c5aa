CREATE TABLE country (id {id}, code varchar(2) NOT NULL, name varchar(20), UNIQUE (code));
CREATE TABLE city (id {id}, country_code varchar(2), FOREIGN KEY (country_code) REFERENCES country (code));
INSERT INTO country (id, code, name) VALUES (10, 'DE', 'a'), (20, 'FR', 'b'), (30, 'GB', 'not asked for');
INSERT INTO city (id, country_code) VALUES (1, 'FR'), (2, 'FR'), (3, NULL), (4, 'DE'), (5, 'GB');
