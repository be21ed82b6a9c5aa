CREATE TABLE "person" (
  "id" INTEGER PRIMARY KEY,
  "boss" INTEGER,
  "shop" INTEGER,
  "email" VARCHAR(100) NOT NULL,
  "token" UUID,
  "mood" TEXT CHECK ("mood" IN ('so so', 'it''s', 'ok')),
  "seen" TIMESTAMPTZ,
  CONSTRAINT "email" UNIQUE ("email"),
  CONSTRAINT "person_ibfk_1" FOREIGN KEY ("boss") REFERENCES "person" ("id"),
  CONSTRAINT "person_ibfk_2" FOREIGN KEY ("shop") REFERENCES "shop" ("number")
);
CREATE TABLE "shop" (
  "number" INTEGER NOT NULL,
  "owner" INTEGER NOT NULL,
  "open" BOOLEAN NOT NULL,
  "opens" TIME,
  "since" DATE,
  PRIMARY KEY ("number"),
  CONSTRAINT "shop_ibfk_1" FOREIGN KEY ("owner") REFERENCES "person" ("id")
);
CREATE TABLE "Order `line`" (
  "shop" INTEGER NOT NULL,
  "group" VARCHAR(20) NOT NULL,
  "a ""quoted"" `name`" CHAR(3),
  "price" DECIMAL(10,2) NOT NULL,
  "double" DECIMAL(10,2),
  "extra" JSON TEXT,
  "image" BLOB,
  "weight" REAL,
  "at" TIMESTAMP,
  PRIMARY KEY ("shop", "group"),
  CONSTRAINT "line_ibfk_1" FOREIGN KEY ("shop") REFERENCES "shop" ("number")
);
CREATE TABLE "part" (
  "group" VARCHAR(20),
  "shop" INTEGER,
  "anything" TEXT,
  CONSTRAINT "part_ibfk_1" FOREIGN KEY ("group", "shop") REFERENCES "Order `line`" ("group", "shop")
);
CREATE INDEX "person_boss_idx" ON "person" ("boss");
CREATE INDEX "person_shop_idx" ON "person" ("shop");
CREATE INDEX "shop_owner_idx" ON "shop" ("owner");
CREATE INDEX "part_group_shop_idx" ON "part" ("group", "shop");
-- Order `line`.price: SQLite keeps the number, not the zeros at its end
-- Order `line`.double: SQLite keeps the number, not the zeros at its end
-- Order `line`.double: generated in the source, an ordinary column without values here
