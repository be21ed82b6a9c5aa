@sqlite CREATE TABLE store (id {id}, manager bigint NOT NULL, FOREIGN KEY (manager) REFERENCES staff (id));
@postgres,mariadb CREATE TABLE store (id {id}, manager bigint NOT NULL);
CREATE TABLE staff (id {id}, store bigint NOT NULL, name varchar(20), FOREIGN KEY (store) REFERENCES store (id));
CREATE TABLE payment (id {id}, staff bigint NOT NULL, decimal_amount decimal(8,2) NOT NULL, FOREIGN KEY (staff) REFERENCES staff (id));
INSERT INTO store (id, manager) VALUES (1, 2), (2, 1), (3, 3);
INSERT INTO staff (id, store, name) VALUES (1, 1, 'Mike'), (2, 2, 'Jon'), (3, 3, 'not asked for'), (4, 2, 'of the store');
INSERT INTO payment (id, staff, decimal_amount) VALUES (100, 1, 2.99), (101, 2, 0.99), (102, 3, 5);
@postgres,mariadb ALTER TABLE store ADD FOREIGN KEY (manager) REFERENCES staff (id);
