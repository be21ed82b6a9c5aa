"""A copy that is killed, interrupted, cut off or out of disk goes on with --resume and ends as if nothing had happened: no row lost, none doubled.

usage: kill_test.py MILLRACE [--points N] [--server-points N] [--kinds sqlite,postgres,mariadb]
MILLRACE_SEED=<n> chooses other points."""
import argparse
import collections
import concurrent.futures
import csv
import json
import os
import pathlib
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import time

import support_shop
from support_databases import LEDGER, Databases, OnServer, Refused, Sqlite

RUN_LIMIT_S = 120
RESUMES_MAX = 60  # each may be killed again, by the toss of a coin
PAGE_ROWS, SCALE = 150, 0.5  # about a hundred pages: moments to be killed at come with pages, and rows only take time
COLUMNS = {
    "category": ["id", "code", "parent"], "product": ["sku", "title", "category"], "customer": ["id", "email", "boss", "last_order"],
    "orders": ["id", "number", "customer"], "item": ["orders", "line", "product", "amount"], "delivery": ["id", "code", "orders", "line"],
    "note": ["id", "code", "customer", "words"],
}


class Wrong(Exception):
    pass


def expect(holds, *words):
    if not holds:
        raise Wrong(" ".join(map(str, words)))


# ---- targets: what they hold, as rows and as the ledger's word for them

class DatabaseTarget:
    def __init__(self, database):
        self.database = database
        self.address = database.address

    def tables(self):
        rows = self.database.read(list(COLUMNS.items()))
        return dict(zip(COLUMNS, rows))

    def ledger(self):
        """For each table: rows by its pages, whether one of them says it is complete, whether pages are numbered without gaps."""
        jobs, pages = self.database.read([(LEDGER[0], ["job", "finished"]), (LEDGER[1], ["job", "table_name", "page", "row_count", "complete"])])
        expect(len(jobs) == 1, len(jobs), "jobs in the ledger")
        expect(jobs[0][1] is not None, "the job is not said to be finished")
        return by_table([(table, page, count, bool(last)) for job, table, page, count, last in pages if job == jobs[0][0]])

    def shape(self):
        return self.database.shape()

    def check(self):
        expect(not (found := self.database.broken()), "broken keys:", found[:5])
        try:
            self.database.load("INSERT INTO note (code) VALUES ('the next one')")
        except Refused as error:
            raise Wrong(f"the next row gets no number of its own: {error}") from None

    def drop(self):
        self.database.drop()


class FileTarget:
    """A folder of CSV or JSON lines, or a script of SQL, which SQLite runs. Their ledger is looked at by what it leads to."""

    def __init__(self, kind, place):
        self.kind, self.place = kind, place
        self.address = f"{kind}:{place}"

    def tables(self):
        if self.kind == "sql":
            database = Sqlite(f"{self.place}.db")
            try:
                with open(self.place, encoding="utf-8", newline="") as file:
                    connection = database.connect()
                    connection.executescript(file.read())
                    connection.close()
                return dict(zip(COLUMNS, database.read(list(COLUMNS.items()))))
            finally:
                database.drop()
        found = {}
        for table in COLUMNS:
            files = [path for path in self.place.iterdir() if path.name.split(".")[0] == table and path.suffix == "." + self.kind]
            expect(len(files) == 1, f"files of {table}:", [path.name for path in self.place.iterdir()])
            with open(files[0], encoding="utf-8", newline="") as file:
                if self.kind == "jsonl":
                    read = [json.loads(line) for line in file]
                else:
                    read = list(csv.DictReader(file))
            # CSV has no numbers: a field of digits is one, an empty one is none. The words of this shop are neither.
            value = lambda field: int(field) if isinstance(field, str) and re.fullmatch(r"-?\d+", field) else None if field == "" else field
            found[table] = [tuple(value(row[column]) for column in COLUMNS[table]) for row in read]
        return found

    def ledger(self):
        return None

    def shape(self):
        return None

    def check(self):
        pass

    def drop(self):
        if self.place.is_dir():
            shutil.rmtree(self.place)
        for path in self.place.parent.glob(self.place.name + "*"):
            path.unlink() if path.is_file() else shutil.rmtree(path)


def by_table(pages):
    made = {}
    for table, page, rows, last in sorted(pages):
        one = made.setdefault(table, {"rows": 0, "pages": 0, "complete": False})
        expect(page == one["pages"], f"page {page} of {table} follows {one['pages']} others")
        one["rows"] += rows
        one["pages"] += 1
        one["complete"] = one["complete"] or last
    return made


class Shop:
    """One source, one way to treat keys, and what the uninterrupted run makes of it."""

    def __init__(self, program, folder, name, seed, scale, keys):
        self.program, self.keys = program, keys
        self.source = folder / f"{name}.db"
        self.plan = folder / f"{name}.json"
        support_shop.make(self.source, seed, scale)
        self.plan.write_text(json.dumps(support_shop.PLAN))

    def command(self, target, resume=False, more=()):
        return [self.program, "subset", "copy", str(self.source), target.address, "--plan", str(self.plan), "--keys", self.keys, "--page-rows", str(PAGE_ROWS),
                "--progress", "none", *(["--resume"] if resume else []), *more]

    def start(self, target, resume=False, **more):
        return subprocess.Popen(self.command(target, resume), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)

    def run(self, target, resume=False, **more):
        return subprocess.run(self.command(target, resume), stdin=subprocess.DEVNULL, capture_output=True, timeout=RUN_LIMIT_S, **more)

    def reference(self, target):
        begun = time.monotonic()
        done = self.run(target)
        self.seconds = time.monotonic() - begun
        expect(done.returncode == 0, "the uninterrupted run:", done.returncode, done.stderr.decode())
        self.tables = target.tables()
        self.rows = {table: collections.Counter(rows) for table, rows in self.compared(self.tables).items()}
        self.ledger = target.ledger()
        self.shape = target.shape()
        target.check()
        counts = {table: len(rows) for table, rows in self.tables.items()}
        expect(all(counts.values()), "a table is empty:", counts)
        if self.ledger:
            expect({table: one["rows"] for table, one in self.ledger.items()} == counts, "the ledger and the rows:", self.ledger, counts)
        return counts

    def compared(self, tables):
        return tables if self.keys == "keep" else support_shop.by_words(tables)

    def same(self, target):
        tables = target.tables()
        for table, rows in self.compared(tables).items():
            have = collections.Counter(rows)
            if dict.__eq__(have, self.rows[table]):
                continue  # the same, found out without a step of Python's for each row
            lost, more = self.rows[table] - have, have - self.rows[table]
            expect(not lost and not more, f"{table}: {sum(lost.values())} lost, {sum(more.values())} too many:", list(lost)[:3], list(more)[:3])
        for table, columns in COLUMNS.items():  # counted above by words; by number nothing may be there twice either
            if columns[0] == "id":
                expect(len({row[0] for row in tables[table]}) == len(tables[table]), f"{table} has a number twice")
        expect((shape := target.shape()) == self.shape, "tables, keys and indexes are others:", sorted(set(shape or []) ^ set(self.shape or [])))
        target.check()
        ledger = target.ledger()
        if ledger is not None:
            expect(set(ledger) == set(self.ledger), "tables of the ledger:", ledger, self.ledger)
            for table, one in ledger.items():
                expect(one["rows"] == len(tables[table]) and one["complete"], f"the ledger says of {table}", one, "and there are", len(tables[table]))


def finish(shop, target, rng, trail, kill_again=True):
    """Resumes until it is done; half of the runs are killed in turn."""
    for _ in range(RESUMES_MAX):
        process = shop.start(target, resume=True)
        delay = rng.uniform(0, shop.seconds) if kill_again and rng.random() < 0.5 else None
        trail.append(f"resume, killed after {delay:.3f} s" if delay is not None else "resume")
        try:
            out, errors = process.communicate(timeout=delay if delay is not None else RUN_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            expect(delay is not None, "a run takes longer than", RUN_LIMIT_S, "s")
            continue
        said = errors if process.returncode != 3 else out  # 3: its report says what is not whole
        expect(process.returncode == 0, "a resumed run ends with", process.returncode, said.decode(errors="replace"))
        return
    raise Wrong(f"it is not done after {RESUMES_MAX} runs")


def killed_once(shop, target, rng, trail, number=signal.SIGKILL):
    """One run, ended by a signal at a random moment. Its exit code, and what it said."""
    delay = rng.uniform(0, shop.seconds)
    trail.append(f"{signal.Signals(number).name} after {delay:.3f} s")
    process = shop.start(target)
    try:
        out, errors = process.communicate(timeout=delay)
    except subprocess.TimeoutExpired:
        process.send_signal(number)
        out, errors = process.communicate(timeout=RUN_LIMIT_S)
    return process.returncode, errors.decode(errors="replace")


def kill_point(shop, make_target, seed):
    rng, trail, target = random.Random(seed), [], make_target()
    try:
        code, errors = killed_once(shop, target, rng, trail)
        expect(code in (0, -signal.SIGKILL), "it ended by itself with", code, errors)
        finish(shop, target, rng, trail)
        shop.same(target)
        target.drop()
    except (Wrong, Refused, OSError, subprocess.SubprocessError) as error:
        raise Wrong(f"seed {seed}, {shop.keys}, {target.address}: {'; '.join(trail)}:\n  {type(error).__name__}: {error}") from error
    return code == -signal.SIGKILL


def interrupted(shop, make_target, seed):
    """SIGINT and SIGTERM: a clean end, 130, and nothing to repair."""
    rng, trail, target = random.Random(seed), [], make_target()
    number = rng.choice((signal.SIGINT, signal.SIGTERM))
    try:
        code, errors = killed_once(shop, target, rng, trail, number)
        # Before it listens, a signal ends it in the system's way.
        expect(code in (0, 130, -number), "it ended with", code, errors)
        if code == 130:
            expect("--resume" in errors, "it does not say how to go on:", errors)
            if isinstance(target, DatabaseTarget) and isinstance(target.database, Sqlite):
                expect(not os.path.exists(target.database.path + "-journal"), "a journal is left behind")
        finish(shop, target, rng, trail, kill_again=False)
        shop.same(target)
        target.drop()
    except (Wrong, Refused, OSError, subprocess.SubprocessError) as error:
        raise Wrong(f"seed {seed}, {shop.keys}, {target.address}: {'; '.join(trail)}:\n  {type(error).__name__}: {error}") from error
    return code == 130


def cut_off(shop, make_target, seed):
    """The server ends the connection in the midst: an error that says so, and a run that goes on."""
    rng, trail, target = random.Random(seed), [], make_target()
    try:
        delay = rng.uniform(0.2, 0.9) * shop.seconds
        process = shop.start(target)
        time.sleep(delay)
        ended = target.database.end_sessions()
        out, errors = process.communicate(timeout=RUN_LIMIT_S)
        trail.append(f"{ended} connections ended after {delay:.3f} s: {process.returncode} {errors.decode().strip()}")
        # A copy whose connections end after its last commit is whole, and says so.
        expect(process.returncode in ((0, 1) if ended else (0,)), "it ends with", process.returncode)
        if process.returncode != 0:
            expect(re.search(r"connection|server has gone away|terminat|killed", errors.decode(), re.I), "it does not say why:", errors.decode())
            finish(shop, target, rng, trail, kill_again=False)
        shop.same(target)
        target.drop()
    except (Wrong, Refused, OSError, subprocess.SubprocessError) as error:
        raise Wrong(f"seed {seed}, {shop.keys}, {target.address}: {'; '.join(trail)}:\n  {type(error).__name__}: {error}") from error
    return ended > 0 and process.returncode == 1


def disk_full(shop, make_target, seed, bytes_max):
    """No file may grow beyond a size, which is what a full disk is to a program: an error that says so, and nothing that is there is lost."""
    rng, trail, target = random.Random(seed), [], make_target()
    limit = rng.randrange(8192, bytes_max)

    def limited():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # the write fails then, as on a full disk
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    try:
        trail.append(f"files of at most {limit} bytes")
        done = shop.run(target, preexec_fn=limited)
        errors = done.stderr.decode(errors="replace")
        trail.append(f"{done.returncode} {errors.strip()}")
        expect(done.returncode == 1, "a full disk ends it with", done.returncode, errors)
        expect(re.search(r"full|too large|no space|disk|write|I/O", errors, re.I), "it does not say why:", errors)
        finish(shop, target, rng, trail, kill_again=False)
        shop.same(target)
        target.drop()
    except (Wrong, Refused, OSError, subprocess.SubprocessError) as error:
        raise Wrong(f"seed {seed}, {shop.keys}, {target.address}: {'; '.join(trail)}:\n  {type(error).__name__}: {error}") from error
    return True


def many(pool, what, points, work):
    """`work(n)` for each point; says how many were hit, and returns what went wrong."""
    begun = time.monotonic()
    mistakes, hits = [], 0
    for future in [pool.submit(work, n) for n in range(points)]:
        try:
            hits += bool(future.result())
        except Wrong as wrong:
            mistakes.append(str(wrong))
            print(f"WRONG {what}: {wrong}", file=sys.stderr, flush=True)
    print(f"{what}: {points} points, {hits} in the midst, {len(mistakes)} wrong, {time.monotonic() - begun:.1f} s", flush=True)
    if points and not hits and not mistakes:
        mistakes.append("not one point was in the midst")
        print(f"WRONG {what}: not one point was in the midst of a copy", file=sys.stderr, flush=True)
    return mistakes


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program")
    arguments.add_argument("--points", type=int, default=200)
    arguments.add_argument("--server-points", type=int, default=20)
    arguments.add_argument("--kinds", default="sqlite,postgres,mariadb,csv,jsonl,sql")
    arguments.add_argument("--only", default="kill,interrupt,cut,disk")
    given = arguments.parse_args()
    program = str(pathlib.Path(given.program).resolve())
    seed = int(os.environ.get("MILLRACE_SEED", "1"))
    kinds, only = given.kinds.split(","), given.only.split(",")
    mistakes = []
    with Databases(kinds) as databases, concurrent.futures.ThreadPoolExecutor(max(1, min(4, os.cpu_count() or 1))) as pool:
        place = iter(range(10 ** 9))

        def target_maker(kind):
            if kind in ("sqlite", "postgres", "mariadb"):
                return lambda: DatabaseTarget(databases.make(kind))
            return lambda: FileTarget(kind, databases.folder / f"{kind}-{next(place)}{'.sql' if kind == 'sql' else ''}")

        for kind in kinds:
            if kind in ("postgres", "mariadb") and (reason := databases.why_not(kind)):
                print(f"{kind}: skipped: {reason}", flush=True)
                continue
            points = given.points if kind == "sqlite" else given.server_points
            make = target_maker(kind)
            shops = []
            for keys in ("keep", "map"):
                shop = Shop(program, databases.folder, f"{kind}-{keys}", seed, SCALE, keys)
                target = make()
                try:
                    counts = shop.reference(target)
                except (Wrong, Refused, OSError) as error:
                    mistakes.append(str(error))
                    print(f"WRONG {kind}, {keys}: {error}", file=sys.stderr, flush=True)
                    continue
                target.drop()
                shops.append(shop)
                print(f"{kind}, {keys}: {sum(counts.values())} rows in {shop.seconds:.2f} s", flush=True)
            if not shops:
                continue
            shop_of = lambda n: shops[n % len(shops)]
            if "kill" in only:
                mistakes += many(pool, f"{kind}, killed", points, lambda n: kill_point(shop_of(n), make, seed * 100_000 + n))
            if "interrupt" in only:
                mistakes += many(pool, f"{kind}, interrupted", max(4, points // 20), lambda n: interrupted(shop_of(n), make, seed * 200_000 + n))
            if "cut" in only and kind in ("postgres", "mariadb"):
                mistakes += many(pool, f"{kind}, cut off", max(4, points // 4), lambda n: cut_off(shop_of(n), make, seed * 300_000 + n))
            if "disk" in only and kind in ("sqlite", "csv", "jsonl", "sql"):
                size = int(SCALE * (1_000_000 if kind == "sqlite" else 100_000))
                mistakes += many(pool, f"{kind}, disk full", max(4, points // 20), lambda n: disk_full(shop_of(n), make, seed * 400_000 + n, size))
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
