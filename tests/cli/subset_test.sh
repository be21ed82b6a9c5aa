#!/usr/bin/env bash
# What a user sees of `millrace subset`. usage: subset_test.sh MILLRACE
set -u
. "$(dirname "$0")/../support/checks.sh" "$1"
unset OTEL_EXPORTER_OTLP_ENDPOINT OTEL_EXPORTER_OTLP_TRACES_ENDPOINT OTEL_EXPORTER_OTLP_METRICS_ENDPOINT

python3 - << 'PYTHON'
import sqlite3
database = sqlite3.connect("shop.db")
database.executescript("""
  CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL, boss INT REFERENCES customer, last_order INT REFERENCES "order");
  CREATE TABLE "order" (id INTEGER PRIMARY KEY, customer INT NOT NULL REFERENCES customer (id));
  CREATE TABLE item ("order" INT REFERENCES "order" (id), number INT, product TEXT REFERENCES product (sku), PRIMARY KEY ("order", number)) WITHOUT ROWID;
  CREATE TABLE product (sku TEXT PRIMARY KEY);
  CREATE VIEW sales AS SELECT * FROM item;
  INSERT INTO customer (id, name, boss) VALUES (1, 'a', NULL), (2, 'b', 1), (3, 'c', NULL);
  INSERT INTO "order" VALUES (10, 2), (11, 3);
  INSERT INTO product VALUES ('tea'), ('pot');
  INSERT INTO item VALUES (10, 1, 'tea'), (10, 2, 'pot'), (11, 1, 'tea');
  UPDATE customer SET last_order = 10 WHERE id = 2;
""")
database.close()
database = sqlite3.connect("broken.db")
database.executescript("""
  CREATE TABLE parent (id INTEGER PRIMARY KEY);
  CREATE TABLE child (id INTEGER PRIMARY KEY, parent INT REFERENCES parent);
  INSERT INTO child VALUES (1, 7);
""")
database.close()
database = sqlite3.connect("long.db")
database.executescript("""
  CREATE TABLE row (id INTEGER PRIMARY KEY, text TEXT);
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) INSERT INTO row SELECT i, 'text ' || i FROM n;
""")
PYTHON
cp shop.db before.db

# rows DATABASE QUERY: what it answers, in one line
rows() { python3 -c 'import sqlite3, sys; print(*sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchall())' "$1" "$2"; }
# good DATABASE: no key of it dangles
good() { [ -z "$(rows "$1" 'PRAGMA foreign_key_check')" ]; }
# json FILE EXPRESSION: what Python says of its last line
json() { python3 -c 'import json, sys; last = json.loads(open(sys.argv[1]).read().splitlines()[-1]); sys.exit(not eval(sys.argv[2]))' "$1" "$2"; }
# refused WHAT TEXT ARGUMENT...: bad usage, with that text
refused() {
  local what=$1 text=$2
  shift 2
  run subset "$@"
  check "$what: exit code 2" test "$code" -eq 2
  check "$what: says why" grep -qF -- "$text" err
}

# What there is.
run subset plan shop.db
check 'a plan' test "$code $(cat err)" = '0 '
check 'says what it is about' has 'shop.db: SQLite, 4 tables, 5 foreign keys' out
check 'parents first' test "$(grep -oE '^ +[0-9]+ . [a-z]+' out | awk '{print $NF}' | tr '\n' ' ')" = 'customer order product item '
check 'names keys' has 'item (product) -> product (sku)' out
check 'counts rows' grep -qE 'customer +3 rows' out
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

# What would be copied.
run subset plan shop.db --root 'order:id = 10'
check 'a plan with rows to begin with' test "$code $(cat err)" = '0 '
check 'says where it begins' has 'id = 10' out
run subset plan shop.db --root order --json
check 'the same for programs' json <(tr -d '\n' < out) 'last["roots"][0]["table"] == "order" and last["statements"] != []'
run subset plan shop.db --root order --sql
check 'the statements' grep -qE 'SELECT .*"order"' out
run subset plan shop.db --root order --graph tables.svg
check 'a picture' python3 -c 'import xml.etree.ElementTree as tree; assert tree.parse("tables.svg").getroot().tag.endswith("svg")'
run subset plan shop.db --graph missing/tables.svg
check 'a picture that cannot be written' test "$code" -eq 1
check 'still writes nothing' cmp -s shop.db before.db
run subset plan shop.db --root nobody
check 'a table that is not there' test "$code" -eq 1
check 'by its name' has 'nobody' err
run subset plan missing.db
check 'a file that is not there' test "$code $(cat out)" = '1 '
check 'by its name, too' has 'missing.db' err
echo 'no database, but a text of some length, longer than the header that every database has, so that it is looked at: xxxxxxxxxxxxxxxxxxx' > text.db
run subset plan text.db
check 'a file that is none' test "$code" -eq 1
check 'is said to be none' has 'not a database' err
"$millrace" subset plan shop.db > /dev/full 2> err
check 'a full disk is noticed' test $? -eq 1

# Copying.
run subset copy shop.db part.db --root 'order:id = 10'
check 'a copy' test "$code" -eq 0
check 'says that it is complete' has 'Every row that is referred to is there' out
check 'has what it begins with, and what that needs' test "$(rows part.db 'SELECT id, boss, last_order FROM customer ORDER BY id')" = '(1, None, None) (2, 1, 10)'
check 'and no more' test "$(rows part.db 'SELECT count(*) FROM item')" = '(0,)'
check 'every key is good' good part.db
check 'the source is as it was' cmp -s shop.db before.db
run subset copy shop.db children.db --root 'order:id = 10' --children
check 'with what refers to it' test "$code $(rows children.db 'SELECT product FROM item ORDER BY product')" = "0 ('pot',) ('tea',) ('tea',)"
check 'every key of that is good' good children.db
run subset copy shop.db part.db --root 'order:id = 10'
check 'again' test "$code" -eq 0
check 'is done already' has 'An earlier run had copied everything' out
run subset copy shop.db json.db --root order --json --progress json
check 'the report for programs' json out 'last["event"] == "report" and last["complete"] and {t["table"]: t["rows"] for t in last["tables"]}["order"] == 2'
check 'every line of progress is JSON' python3 -c '
import json
events = [json.loads(line) for line in open("err")]
assert events and all(e["event"] == "progress" for e in events), events
phases = [e["phase"] for e in events]
assert phases[0] == "planning" and phases[-1] == "done" and "resolving" in phases and "copying" in phases, phases
assert events[-1]["rows"] == events[-1]["planned"] == 5, events[-1]'
run subset copy shop.db none.db --root order --progress none
check 'no progress' test ! -s err
run subset copy shop.db lines.db --root order --progress lines
check 'progress in lines' grep -qx 'millrace: verifying' err
run subset copy shop.db auto.db --root order
check 'which is what there is without a terminal' grep -qx 'millrace: verifying' err
run subset copy shop.db map.db --root 'order:id = 10' --keys map
check 'new keys' test "$code $(rows map.db 'SELECT id FROM "order"')" = '0 (1,)'
run subset copy shop.db mask.db --root customer --mask customer.name=null
check 'a mask that the column refuses' test "$code" -ne 0
run subset copy shop.db mask.db --root customer --mask customer.name=hash
check 'a mask' test "$(rows mask.db "SELECT count(*) FROM customer WHERE name IN ('a', 'b', 'c')")" = '(0,)'
printf 'source = "shop.db"\ntarget = "planned.db"\n[[root]]\ntable = "order"\nwhere = "id = 11"\n' > job.toml
run subset copy --plan job.toml
check 'a plan file' test "$code $(rows planned.db 'SELECT id FROM customer')" = '0 (3,)'

# Files.
run subset copy shop.db csv:folder --root 'order:id = 10'
check 'CSV' test "$code" -eq 0
check 'has a file for each table' test -s folder/order.csv
run subset copy shop.db jsonl:lines --root 'order:id = 10'
check 'JSON lines' test "$code" -eq 0
check 'are JSON' python3 -c 'import json; assert [json.loads(line)["id"] for line in open("lines/order.jsonl")] == [10]'
run subset copy shop.db sql:script.sql --root 'order:id = 10'
check 'a script' test "$code" -eq 0
check 'makes the same' python3 -c '
import sqlite3
database = sqlite3.connect(":memory:")
database.executescript(open("script.sql").read())
assert database.execute("SELECT id FROM \"order\"").fetchall() == [(10,)]'

# What does not work.
run subset copy shop.db broken_root.db --root 'order:nothing = 1'
check 'a condition that is none' test "$code" -eq 1
run subset copy broken.db out.db --root child
check 'a reference to what is not there' test "$code" -eq 1
check 'which row' grep -q '7' err
check 'and what to do' has 'missing = "null"' err
run subset copy broken.db nulls.db --root child --missing null
check 'made NULL' test "$code $(rows nulls.db 'SELECT * FROM child')" = '0 (1, None)'
python3 -c '
import sqlite3
database = sqlite3.connect("dangling.db")
database.executescript("CREATE TABLE parent (id INTEGER PRIMARY KEY); CREATE TABLE child (id INTEGER PRIMARY KEY, parent INT REFERENCES parent); INSERT INTO child VALUES (5, 99)")'
python3 -c '
import sqlite3
database = sqlite3.connect("whole.db")
database.executescript("CREATE TABLE parent (id INTEGER PRIMARY KEY); CREATE TABLE child (id INTEGER PRIMARY KEY, parent INT REFERENCES parent); INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1, 1)")'
run subset copy whole.db dangling.db --root child
check 'a key of the target that dangles: exit code 3' test "$code" -eq 3
check 'is named' has 'BROKEN: 1 row of child (parent)' out

# Stopped, and gone on with. Pages of a few rows take long enough for a signal to come in time.
"$millrace" subset copy long.db stopped.db --root row --page-rows 20 --progress json > out 2> err &
copy=$!
for _ in $(seq 600); do
  grep -q '"rows":[1-9]' err && break
  sleep 0.02
done
kill -INT "$copy"
wait "$copy"
check 'interrupted: exit code 130' test $? -eq 130
check 'says how to go on' has '--resume' err
copied=$(rows stopped.db 'SELECT count(*) FROM row' | tr -dc 0-9)
check 'whole pages are there' test $((copied > 0 && copied < 300000 && copied % 20 == 0)) -eq 1
run subset copy long.db stopped.db --root row --page-rows 20
check 'not again without a word' test "$code" -eq 1
check 'says which' has '--resume' err
run subset copy long.db stopped.db --root row --page-rows 50000 --resume --json
check 'goes on' test "$code $(rows stopped.db 'SELECT count(*), sum(id) FROM row')" = '0 (300000, 45000150000)'
check 'where it was' json out "last['tables'][0]['earlier'] == $copied and last['tables'][0]['rows'] == 300000 - $copied"

# What it tells of itself.
run subset copy shop.db metrics.db --root order --metrics-file metrics.txt
check 'metrics in a file' has 'millrace_subset_rows_total{direction="written",table="order"} 2' metrics.txt
check 'stages of pages' has 'millrace_subset_page_duration_seconds_count{stage="commit"}' metrics.txt
check 'nothing is left' grep -qx 'millrace_subset_rows_left 0' metrics.txt
run subset copy shop.db metrics2.db --root order --metrics-file missing/metrics.txt
check 'a file that cannot be written is no reason to fail' test "$code" -eq 0
check 'and is said' has 'missing/metrics.txt' err
run subset copy shop.db log.db --root order --log-json
check 'a log for machines' python3 -c '
import json
records = [json.loads(line) for line in open("err")]
told = [record["attributes"]["rows"] for record in records if record["body"] == "copied"]
assert told == [5], records'
python3 - "$millrace" << 'PYTHON'
import http.server, json, subprocess, sys, threading
bodies = {}
class Collector(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        bodies.setdefault(self.path, []).append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b"{}")
    def log_message(self, *_):
        pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector)
threading.Thread(target=server.serve_forever, daemon=True).start()
done = subprocess.run([sys.argv[1], "subset", "copy", "shop.db", "otlp.db", "--root", "product", f"--otlp=http://127.0.0.1:{server.server_port}"],
                      capture_output=True, text=True, env={"OTEL_EXPORTER_OTLP_PROTOCOL": "http/json"})
open("out", "w").write(done.stdout)
open("err", "w").write(done.stderr)
spans = [span for body in bodies.get("/v1/traces", []) for resource in json.loads(body)["resourceSpans"]
         for scope in resource["scopeSpans"] for span in scope["spans"]]
json.dump({"code": done.returncode, "spans": spans, "metrics": len(bodies.get("/v1/metrics", []))}, open("otlp.json", "w"))
PYTHON
check 'traces by OTLP' python3 -c '
import json
told = json.load(open("otlp.json"))
spans = {span["spanId"]: span for span in told["spans"]}
path = lambda span: (path(spans[span["parentSpanId"]]) if span.get("parentSpanId") else []) + [span["name"]]
paths = {" ".join(path(span)) for span in spans.values()}
assert told["code"] == 0 and told["metrics"] > 0, told
assert "subset.copy subset.table subset.page subset.page.commit" in paths and "subset.copy subset.resolve" in paths, paths
assert len({span["traceId"] for span in spans.values()}) == 1'
run subset copy shop.db nobody.db --root order --otlp=http://127.0.0.1:1 --progress none
check 'a collector that is not there is no reason to fail' test "$code" -eq 0

# Signals, with threads that serve and send beside the copy.
"$millrace" subset copy long.db served.db --root row --page-rows 20 --progress json --metrics-port 0 --otlp=http://127.0.0.1:1 --report-on-signal > out 2> err &
copy=$!
for _ in $(seq 600); do
  grep -q '"rows":[1-9]' err && break
  sleep 0.02
done
check 'metrics while it runs' python3 -c '
import re, urllib.request
text = urllib.request.urlopen(re.search("http://\\S+", open("err").read())[0], timeout=20).read().decode()
assert "millrace_subset_rows_left " in text, text'
kill -USR2 "$copy"
for _ in $(seq 200); do
  grep -q 'kept alive by' err && break
  sleep 0.02
done
kill -INT "$copy"
wait "$copy"
check 'interrupted all the same' test $? -eq 130
check 'what it waited for' has 'kept alive by' err
check 'and where it can go on' has '--resume' err

# Redaction.
python3 -c '
import sqlite3
database = sqlite3.connect("mail.db")
database.executescript("CREATE TABLE parent (mail TEXT NOT NULL PRIMARY KEY); CREATE TABLE child (id INTEGER PRIMARY KEY, mail TEXT REFERENCES parent); INSERT INTO child VALUES (1, \"anna@example.org\")")'
asked=anna@example.org  # a table that is not there: the database's own messages leave values out
run subset copy mail.db mail_out.db --root "$asked"
check 'names are shown in errors' has 'anna@example.org' err
if "$millrace" --redact -e 0 > out 2> err; then
  run subset copy mail.db mail_out.db --root "$asked" --redact --log-json
  check 'unless they are masked' test "$code" -eq 1
  check 'in errors and log' lacks 'anna@example.org' err
  check 'with what they were' has '[email]' err
  run subset copy shop.db redact.db --root order --redact-pattern '^ord.*' --json --progress json --metrics-file redacted.txt
  check 'names that match' test "$code" -eq 0
  check 'in the report' lacks '"order"' out
  check 'in progress' lacks '"order"' err
  check 'in metrics' lacks 'table="order"' redacted.txt
  check 'which is JSON all the same' python3 -c 'import json; [json.loads(line) for name in ("out", "err") for line in open(name)]'
  run subset copy mail.db free.db --whole child --missing null --mask child.id=redact
  check 'a mask for a key is refused' test "$code" -ne 0
  refused 'a pattern that is none' '(' copy shop.db x.db --root order --redact-pattern '('
fi

# Usage.
refused 'without a command' 'subcommand'
refused 'without a database' 'SOURCE' plan
refused 'a command that is none' 'subcommand' run shop.db
refused 'an option that is none' '--nothing' copy shop.db x.db --nothing
refused 'progress' '--progress' copy shop.db x.db --progress loud
refused 'keys' '--keys' copy shop.db x.db --keys lose
refused 'existing' '--existing' copy shop.db x.db --existing keep
refused 'missing' '--missing' copy shop.db x.db --missing skip
refused 'limit' '--limit' copy shop.db x.db --root order --limit many
run subset copy shop.db x.db --root order --page-rows 2000000
check 'too many rows in a page' has '--page-rows: at most 1000000' err
refused 'a level' "'loud' is no level" copy shop.db x.db --log loud
refused 'a port' '--metrics-port' copy shop.db x.db --metrics-port 70000
refused 'what to redact' 'none of all, card' copy shop.db x.db --redact=everything
run subset copy shop.db x.db --root order --mask name
check 'a mask without a column' has '--mask name: it is TABLE.COLUMN=MASK' err
run subset copy shop.db --root order
check 'without a target' test "$code" -ne 0
run subset copy --plan missing.toml
check 'a plan file that is not there' has 'missing.toml' err
check 'none of these made a file' test ! -e x.db

# Help.
run subset --help
check 'help' test "$code" -eq 0
check 'has an example' has 'millrace subset copy shop.db part.db --root' out
for word in plan copy; do
  run subset "$word" --help
  check "help of $word" test "$code" -eq 0
  check "says what a root is" has 'TABLE[:CONDITION]' out
done
for flag in --resume --progress --redact --metrics-port --otlp --log --mask --keys --missing; do
  check "help names $flag" has "$flag" out
done

finish
