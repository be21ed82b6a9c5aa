CREATE TABLE "person" (
  "id" INTEGER PRIMARY KEY,
  "boss" INTEGER,
  "shop" INTEGER,
  "email" TEXT NOT NULL,
  "token" UUID,
  "mood" TEXT CHECK ("mood" IN ('so so', 'it''s', 'ok')),
  "seen" TIMESTAMPTZ,
  CONSTRAINT "person_email_key" UNIQUE ("email"),
  CONSTRAINT "person_boss_fkey" FOREIGN KEY ("boss") REFERENCES "person" ("id"),
  CONSTRAINT "person_shop_fkey" FOREIGN KEY ("shop") REFERENCES "shop" ("number")
);
CREATE TABLE "shop" (
  "number" INTEGER NOT NULL,
  "owner" INTEGER NOT NULL,
  "open" BOOLEAN NOT NULL,
  "opens" TIME,
  "since" DATE,
  PRIMARY KEY ("number"),
  CONSTRAINT "shop_owner_fkey" FOREIGN KEY ("owner") REFERENCES "person" ("id") DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE "Sales ""2026""_Order line" (
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
  CONSTRAINT "line_shop_fkey" FOREIGN KEY ("shop") REFERENCES "shop" ("number")
);
CREATE TABLE "part" (
  "group" VARCHAR(20),
  "shop" INTEGER,
  "anything" TEXT,
  CONSTRAINT "part_line_fkey" FOREIGN KEY ("group", "shop") REFERENCES "Sales ""2026""_Order line" ("group", "shop")
);
CREATE INDEX "person_boss_idx" ON "person" ("boss");
CREATE INDEX "person_shop_idx" ON "person" ("shop");
CREATE INDEX "shop_owner_idx" ON "shop" ("owner");
CREATE INDEX "part_group_shop_idx" ON "part" ("group", "shop");
-- Sales "2026".Order line.price: SQLite keeps the number, not the zeros at its end
-- Sales "2026".Order line.double: SQLite keeps the number, not the zeros at its end
-- Sales "2026".Order line.double: generated in the source, an ordinary column without values here
