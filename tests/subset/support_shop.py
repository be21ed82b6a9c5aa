"""A shop in SQLite for tests that copy it: a circle, references to itself, a key of two columns, a key of letters; every row has words by which it
is known whatever number it has got."""
import random
import sqlite3

TABLES = ("category", "product", "customer", "orders", "item", "delivery", "note")

SCHEMA = """
CREATE TABLE category (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, parent INTEGER REFERENCES category (id));
CREATE TABLE product (sku VARCHAR(40) PRIMARY KEY NOT NULL, title TEXT, category INTEGER NOT NULL REFERENCES category (id));
CREATE TABLE customer (id INTEGER PRIMARY KEY, email TEXT NOT NULL, boss INTEGER REFERENCES customer (id), last_order INTEGER REFERENCES orders (id));
CREATE TABLE orders (id INTEGER PRIMARY KEY, number TEXT NOT NULL, customer INTEGER NOT NULL REFERENCES customer (id));
CREATE TABLE item (orders INTEGER NOT NULL REFERENCES orders (id), line INTEGER NOT NULL, product VARCHAR(40) NOT NULL REFERENCES product (sku), amount INTEGER,
  PRIMARY KEY (orders, line));
CREATE TABLE delivery (id INTEGER PRIMARY KEY, code TEXT NOT NULL, orders INTEGER NOT NULL, line INTEGER NOT NULL,
  FOREIGN KEY (orders, line) REFERENCES item (orders, line));
CREATE TABLE note (id INTEGER PRIMARY KEY, code TEXT NOT NULL, customer INTEGER REFERENCES customer (id), words TEXT);
CREATE INDEX orders_customer ON orders (customer);
CREATE INDEX item_product ON item (product);
CREATE INDEX delivery_item ON delivery (orders, line);
CREATE INDEX note_customer ON note (customer);
"""

# Chosen rows, what refers to them, and what these refer to: most of the shop, not all.
PLAN = {
    "root": [{"table": "customer", "where": "id % 10 < 8"}],
    "child": [{"of": "customer", "table": "orders"}, {"of": "orders", "table": "item"}, {"of": "item", "table": "delivery"},
              {"of": "customer", "table": "note"}],
}


def make(path, seed, scale=1.0):
    """Writes the shop; about 20,000 rows at scale 1."""
    rng = random.Random(seed)
    database = sqlite3.connect(path)
    database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;" + SCHEMA)
    count = {name: max(3, int(rows * scale)) for name, rows in
             {"category": 300, "product": 3000, "customer": 400, "orders": 1500, "note": 5000}.items()}

    def ids(name):  # with gaps, so that new numbers are not the old ones
        return sorted(rng.sample(range(1, count[name] * 3), count[name]))

    categories, customers, orders = ids("category"), ids("customer"), ids("orders")
    skus = [f"sku-{rng.randrange(36 ** 4):06d}-{n:05d}-é" for n in range(count["product"])]
    some = lambda of: rng.choice(of) if rng.random() < 0.7 else None
    fill = lambda sql, rows: database.executemany(sql, rows)
    fill("INSERT INTO category VALUES (?, ?, ?)", [(c, f"cat{c}", some(categories)) for c in categories])
    fill("INSERT INTO product VALUES (?, ?, ?)", [(s, f"a thing, '{n}'", rng.choice(categories)) for n, s in enumerate(skus)])
    fill("INSERT INTO customer VALUES (?, ?, ?, ?)",
         [(c, f"c{c}@example.org", some(customers), some(orders)) for c in customers])
    fill("INSERT INTO orders VALUES (?, ?, ?)", [(o, f"N{o}", rng.choice(customers)) for o in orders])
    items = [(o, line, rng.choice(skus), rng.randrange(9)) for o in orders for line in range(1, rng.randrange(2, 10))]
    fill("INSERT INTO item VALUES (?, ?, ?, ?)", items)
    fill("INSERT INTO delivery VALUES (?, ?, ?, ?)",
         [(n * 2 + 1, f"D{n}", *items[rng.randrange(len(items))][:2]) for n in range(int(len(items) * 0.4))])
    fill("INSERT INTO note VALUES (?, ?, ?, ?)",
         [(n, f"note{n}", some(customers), "words\t\\ \"'" * rng.randrange(4) or None) for n in ids("note")])
    database.commit()
    database.close()


def by_words(tables):
    """The shop's rows without the numbers that a database gives: what refers by such a number says the words of the row it means. A number that
    nothing has is kept as ("dangling", number). `tables`: name -> list of rows, columns as in SCHEMA."""
    names = {"category": {r[0]: r[1] for r in tables["category"]}, "customer": {r[0]: r[1] for r in tables["customer"]},
             "orders": {r[0]: r[1] for r in tables["orders"]}}
    to = lambda of, number: None if number is None else names[of].get(number, ("dangling", number))
    return {
        "category": [(r[1], to("category", r[2])) for r in tables["category"]],
        "product": [(r[0], r[1], to("category", r[2])) for r in tables["product"]],
        "customer": [(r[1], to("customer", r[2]), to("orders", r[3])) for r in tables["customer"]],
        "orders": [(r[1], to("customer", r[2])) for r in tables["orders"]],
        "item": [(to("orders", r[0]), *r[1:]) for r in tables["item"]],
        "delivery": [(r[1], to("orders", r[2]), r[3]) for r in tables["delivery"]],
        "note": [(r[1], to("customer", r[2]), r[3]) for r in tables["note"]],
    }
