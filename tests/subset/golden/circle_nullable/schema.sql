@postgres,mariadb CREATE TABLE customer (id {id}, name varchar(20) NOT NULL, last_purchase bigint);
@sqlite CREATE TABLE customer (id {id}, name varchar(20) NOT NULL, last_purchase bigint, FOREIGN KEY (last_purchase) REFERENCES purchase (id));
CREATE TABLE purchase (id {id}, customer bigint NOT NULL, FOREIGN KEY (customer) REFERENCES customer (id));
INSERT INTO customer (id, name) VALUES (1, 'with two'), (2, 'with one'), (3, 'without'), (4, 'not asked for');
INSERT INTO purchase (id, customer) VALUES (11, 1), (12, 1), (21, 2), (41, 4);
UPDATE customer SET last_purchase = 12 WHERE id = 1;
UPDATE customer SET last_purchase = 21 WHERE id = 2;
UPDATE customer SET last_purchase = 41 WHERE id = 4;
@postgres,mariadb ALTER TABLE customer ADD FOREIGN KEY (last_purchase) REFERENCES purchase (id);
