CREATE TABLE item (total integer GENERATED ALWAYS AS (price * quantity + 1000) STORED, quantity integer NOT NULL, id {id}, price integer NOT NULL);
