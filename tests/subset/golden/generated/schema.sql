CREATE TABLE item (id {id}, price integer NOT NULL, quantity integer NOT NULL, total integer GENERATED ALWAYS AS (price * quantity) STORED);
INSERT INTO item (id, price, quantity) VALUES (1, 3, 5), (2, 7, 7);
