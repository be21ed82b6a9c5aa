#!/usr/bin/env python3
"""Looks at what run.sh has left: the part is complete in itself, it is the one that was asked for, and nobody of the shop is in it.
usage: check.py FOLDER"""
import pathlib
import re
import sqlite3
import sys

folder = pathlib.Path(sys.argv[1])
shop, part = (sqlite3.connect(f"file:{folder}/{name}.db?mode=ro", uri=True) for name in ("shop", "part"))
problems = []


def expect(what, good):
    if not good:
        problems.append(what)


def all_of(database, query):
    return database.execute(query).fetchall()


tables = ("country", "category", "supplier", "product", "customer", '"order"', "item", "refund")
keys = {"country": "code", "product": "sku", "item": '"order", line'}
for table in tables:
    key = keys.get(table, "id")
    here, there = set(all_of(part, f"SELECT {key} FROM {table}")), set(all_of(shop, f"SELECT {key} FROM {table}"))
    expect(f"{table}: has rows", here)
    expect(f"{table}: has rows of the shop only", here <= there)
expect("is a part", len(all_of(part, "SELECT 1 FROM customer")) < len(all_of(shop, "SELECT 1 FROM customer")) / 2)

# Complete in itself, in every direction that the plan names.
expect("no foreign key dangles", all_of(part, "PRAGMA foreign_key_check") == [])
expect("has foreign keys", sum(len(all_of(part, f"PRAGMA foreign_key_list({table})")) for table in tables) >= 11)
attached = sqlite3.connect(f"file:{folder}/part.db?mode=ro", uri=True)
attached.execute("ATTACH ? AS shop", (f"file:{folder}/shop.db?mode=ro",))
for what, missing in (
    ("customers of Ireland", "SELECT id FROM shop.customer WHERE country = 'IE' EXCEPT SELECT id FROM main.customer"),
    ("orders of customers", 'SELECT id FROM shop."order" WHERE customer IN (SELECT id FROM main.customer) EXCEPT SELECT id FROM main."order"'),
    ("items of orders", 'SELECT "order", line FROM shop.item WHERE "order" IN (SELECT id FROM main."order") EXCEPT SELECT "order", line FROM main.item'),
    ("refunds of items", 'SELECT r.id FROM shop.refund r JOIN main.item i ON i."order" = r."order" AND i.line = r.line EXCEPT SELECT id FROM main.refund'),
    ("last orders as they were", "SELECT id, last_order, invited_by FROM main.customer EXCEPT SELECT id, last_order, invited_by FROM shop.customer"),
    ("items as they were", "SELECT * FROM main.item EXCEPT SELECT * FROM shop.item"),
):
    expect(f"all {what}: {attached.execute(missing).fetchone()}", attached.execute(missing).fetchone() is None)

# Nobody is in it: no address, name or number of the shop anywhere, in no column and no forgotten page of the file.
people = {email.encode() for (email,) in all_of(shop, "SELECT email FROM customer")}


def people_in(file):
    """Addresses stand in the file between other bytes: whatever ends where an address ends may be one."""
    text = (folder / file).read_bytes()
    ends = [found.end() for found in re.finditer(rb"@example\.(?:org|net|com)", text)]
    return {text[end - length:end] for end in ends for length in range(12, 48)} & people


expect("the shop's file has its addresses", people_in("shop.db") == people)  # else looking for them would prove nothing
found = people_in("part.db")
expect(f"no address of the shop is in the part's file: {sorted(found)[:3]}", not found)
before = {row[0]: row for row in all_of(shop, "SELECT id, name, email, phone, born, street, notes FROM customer")}
same = [0, 0, 0, 0, 0]
for row in all_of(part, "SELECT id, name, email, phone, born, street, notes FROM customer"):
    old = before[row[0]]
    for place in range(1, 6):
        same[place - 1] += old[place] is not None and old[place] == row[place]
    expect(f"{row[0]}: what was NULL is", all((a is None) == (b is None) for a, b in zip(old, row)))
    if row[6] is not None:
        expect(f"{row[0]}: its notes name nobody of the shop", not any(value and value in row[6] for value in old[1:4]))
        expect(f"{row[0]}: its notes name who it is now", all(value is None or value in row[6] for value in row[1:3]))
customers = len(all_of(part, "SELECT 1 FROM customer"))
expect(f"nobody keeps a name, address or day of birth ({same} of {customers})", same[1] == 0 and same[3] == 0 and max(same) < customers / 100)
expect("addresses stay different", len(set(all_of(part, "SELECT email FROM customer"))) == customers)

for problem in problems[:20]:
    print(problem)
print(f"{len(problems)} disagreements")
sys.exit(1 if problems else 0)
