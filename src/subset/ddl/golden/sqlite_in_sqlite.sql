CREATE TABLE "person" (
  "id" INTEGER PRIMARY KEY,
  "boss" INTEGER,
  "shop" INTEGER,
  "email" TEXT NOT NULL,
  "token" UUID,
  "mood" TEXT,
  "seen" TIMESTAMP,
  CONSTRAINT "person_email_key" UNIQUE ("email"),
  CONSTRAINT "person_boss_fkey" FOREIGN KEY ("boss") REFERENCES "person" ("id"),
  CONSTRAINT "person_shop_fkey" FOREIGN KEY ("shop") REFERENCES "shop" ("number")
);
CREATE TABLE "shop" (
  "number" INTEGER NOT NULL,
  "owner" INTEGER NOT NULL,
  "open" BOOLEAN NOT NULL,
  "opens" TIME,
  "since" date,
  PRIMARY KEY ("number"),
  CONSTRAINT "shop_owner_fkey" FOREIGN KEY ("owner") REFERENCES "person" ("id") DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE "Order `line`" (
  "shop" INTEGER NOT NULL,
  "group" VARCHAR(20) NOT NULL,
  "a ""quoted"" `name`" TEXT,
  "price" DECIMAL(10,2) NOT NULL,
  "double" DECIMAL(10,2) GENERATED ALWAYS AS (price * 2) VIRTUAL NOT NULL,
  "extra" JSON,
  "image" BLOB,
  "weight" REAL,
  "at" DATETIME,
  PRIMARY KEY ("shop", "group"),
  CONSTRAINT "Order `line`_shop_fkey" FOREIGN KEY ("shop") REFERENCES "shop" ("number")
);
CREATE TABLE "part" (
  "group" TEXT,
  "shop" INTEGER,
  "anything",
  CONSTRAINT "part_group_shop_fkey" FOREIGN KEY ("group", "shop") REFERENCES "Order `line`" ("group", "shop")
);
CREATE INDEX "person_boss_idx" ON "person" ("boss");
CREATE INDEX "person_shop_idx" ON "person" ("shop");
CREATE INDEX "shop_owner_idx" ON "shop" ("owner");
CREATE INDEX "part_group_shop_idx" ON "part" ("group", "shop");
