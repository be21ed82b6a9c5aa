CREATE SCHEMA sales;
CREATE TABLE customer (id {id}, name varchar(20));
CREATE TABLE sales.customer (id {id}, customer bigint NOT NULL, FOREIGN KEY (customer) REFERENCES public.customer (id));
INSERT INTO customer (id, name) VALUES (1, 'a'), (2, 'b');
INSERT INTO sales.customer (id, customer) VALUES (1, 2);
