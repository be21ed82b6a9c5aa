CREATE TABLE customer (id {id}, name varchar(20));
CREATE TABLE purchase (id {id}, customer bigint NOT NULL, day date NOT NULL, FOREIGN KEY (customer) REFERENCES customer (id));
CREATE TABLE line (id {id}, purchase bigint NOT NULL, price integer NOT NULL, FOREIGN KEY (purchase) REFERENCES purchase (id));
INSERT INTO customer (id, name) VALUES (1, 'a'), (2, 'b'), (3, 'without');
INSERT INTO purchase (id, customer, day) VALUES (1, 1, '2026-01-01'), (2, 1, '2026-03-01'), (3, 1, '2026-02-01'), (4, 1, '2026-03-01'), (5, 2, '2025-01-01'), (6, 2, '2026-01-02');
INSERT INTO line (id, purchase, price) VALUES (1, 2, 10), (2, 2, 30), (3, 2, 20), (4, 3, 1), (5, 4, 7), (6, 6, 5), (7, 6, 5), (8, 1, 100);
