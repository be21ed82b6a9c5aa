#!/usr/bin/env bash
# What a user sees of `millrace subset`. usage: subset_test.sh MILLRACE
set -u
. "$(dirname "$0")/../support/checks.sh" "$1"

python3 - << 'PYTHON'
import sqlite3
database = sqlite3.connect("shop.db")
database.executescript("""
  CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL, boss INT REFERENCES customer, last_order INT REFERENCES "order");
  CREATE TABLE "order" (id INTEGER PRIMARY KEY, customer INT NOT NULL REFERENCES customer (id));
  CREATE TABLE item ("order" INT REFERENCES "order" (id), number INT, product TEXT REFERENCES product (sku), PRIMARY KEY ("order", number)) WITHOUT ROWID;
  CREATE TABLE product (sku TEXT PRIMARY KEY);
  CREATE VIEW sales AS SELECT * FROM item;
  INSERT INTO customer (id, name) VALUES (1, 'a'), (2, 'b');
""")
PYTHON
cp shop.db before.db

run subset plan shop.db
check 'a plan' test "$code $(cat err)" = '0 '
check 'says what it is about' has 'shop.db: SQLite, 4 tables, 5 foreign keys' out
check 'parents first' test "$(grep -oE '^ +[0-9]+ . [a-z]+' out | awk '{print $NF}' | tr '\n' ' ')" = 'customer order product item '
check 'names keys' has 'item (product) -> product (sku)' out
check 'counts rows' grep -qE 'customer +2 rows' out
check 'cuts the circle' has '1 circle (|): each is cut where it costs least.' out
check 'leaves views out, with a word' has 'sales: a view' out
check 'writes nothing' cmp -s shop.db before.db
check 'nor beside it' test "$(find . -name 'shop.db-*' | wc -l)" = 0

run subset plan --json shop.db
check 'for programs' test "$code" -eq 0
check 'is JSON' python3 -c '
import json
plan = json.load(open("out"))
assert [c["tables"] for c in plan["components"]] == [["customer", "order"], ["product"], ["item"]], plan["components"]
later = plan["components"][0]["later"]
assert len(later) == 1 and later[0]["by"] == "deferred_check", later
assert plan["tables"][1]["primary"] == ["order", "number"], plan["tables"][1]
assert plan["left_out"] == [{"name": "sales", "reason": "a view"}]'

run subset plan missing.db
check 'a file that is not there' test "$code $(cat out)" = '1 '
check 'by its name' has 'missing.db' err
echo 'no database, but a text of some length, longer than the header that every database has, so that it is looked at: xxxxxxxxxxxxxxxxxxx' > text.db
run subset plan text.db
check 'a file that is none' test "$code" -eq 1
check 'is said to be none' has 'not a database' err
run subset
check 'without a command' test "$code" -eq 2
run subset plan
check 'without a database' test "$code" -eq 2
run subset run shop.db
check 'what is not there yet is no command' test "$code" -eq 2
run subset --help
check 'help' test "$code" -eq 0
check 'says what is not there yet' has 'copying itself is not there yet' out
"$millrace" subset plan shop.db > /dev/full 2> err
check 'a full disk is noticed' test $? -eq 1

finish
