CREATE TABLE "Order" ("Id" {id}, "select" varchar(20), "a ""quoted"" name" varchar(20), "Größe" integer, "it's" integer);
CREATE TABLE "order line" ("Group" bigint NOT NULL, "ORDER" bigint NOT NULL, "back`tick\slash" integer, PRIMARY KEY ("Group"), FOREIGN KEY ("ORDER") REFERENCES "Order" ("Id"));
CREATE TABLE "UPPER" (lower integer PRIMARY KEY, "order" bigint, FOREIGN KEY ("order") REFERENCES "order line" ("Group"));
INSERT INTO "Order" ("Id", "select", "a ""quoted"" name", "Größe", "it's") VALUES (1, 'x', 'y', 5, 6);
INSERT INTO "order line" ("Group", "ORDER", "back`tick\slash") VALUES (3, 1, 4);
INSERT INTO "UPPER" (lower, "order") VALUES (9, 3);
