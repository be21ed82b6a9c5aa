CREATE TABLE parent (id {id}, name varchar(20));
CREATE TABLE child (id {id}, parent bigint NOT NULL, FOREIGN KEY (parent) REFERENCES parent (id));
CREATE TABLE other (id {id}, child bigint, FOREIGN KEY (child) REFERENCES child (id));
