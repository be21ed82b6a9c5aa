"""Database servers that run.py starts for itself, and the data in them.

Each has a temporary folder, a socket in it and no network, is set up as a distribution does it (so it waits for the disk at each commit), and
is gone in the end. The data is the same everywhere: customers, three orders for each, two items for each order, keys that the database makes, an
index on each foreign key, about 70 bytes a row.
"""

import os
import pathlib
import pwd
import shutil
import sqlite3
import subprocess
import tempfile
import time
import urllib.parse

START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 60
CUSTOMERS = 20_000
ORDERS_EACH, ITEMS_EACH = 3, 2
TABLES = ("customer", "ord", "item")
SMALL_ROWS, LARGE_ROWS, LARGE_BYTES = 1_000_000, 2_000, 1 << 20
FIRST_NUMBER = 1_000_001  # of the target's keys, so that a row that keeps its number is seen


class Failed(Exception):
    """What a server or its programs said."""


def run(command, text=None, **more):
    done = subprocess.run([str(part) for part in command], input=text, capture_output=True, text=True, check=False, **more)
    if done.returncode != 0:
        raise Failed(f"{command[0]}: {done.stderr.strip()[-400:]}")
    return done.stdout


def other_user(name):
    """Servers do not run as root: as `name` then, when there is one. For subprocess."""
    if os.geteuid() != 0:
        return {}
    try:
        user = pwd.getpwnam(name)
    except KeyError:
        return None
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def stop(process):
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def schema(number, text, moment, money, keys, indexes):
    """The three tables. `number`: the type of a key that the database makes. Foreign keys and their indexes, or neither."""
    reference = " REFERENCES {}(id)" if keys else ""
    made = [
        f"CREATE TABLE customer (id {number}, name {text}(40) NOT NULL, email {text}(60), city {text}(30))",
        f"CREATE TABLE ord (id {number}, customer_id BIGINT NOT NULL{reference.format('customer')}, placed {moment}, total {money}, "
        f"note {text}(60))",
        f"CREATE TABLE item (id {number}, ord_id BIGINT NOT NULL{reference.format('ord')}, sku {text}(12), quantity INTEGER, "
        f"price {money}, note {text}(60))",
    ]
    if indexes:
        made += ["CREATE INDEX ord_customer ON ord (customer_id)", "CREATE INDEX item_ord ON item (ord_id)"]
    return made


def rows_of(customers):
    """Rows of each table without the key, as SQL of everyone understands it, over a column n from 1."""
    orders, items = customers * ORDERS_EACH, customers * ORDERS_EACH * ITEMS_EACH
    return [
        ("customer", "name, email, city", customers,
         "concat('Customer Number ', n), concat('person', n, '@mail.example'), concat('City ', n % 500)"),
        ("ord", "customer_id, placed, total, note", orders,
         f"(n * 7919) % {customers} + 1, {{moment}}, (n % 100000) / 100.0, concat('order ', n, ', to be left at the door')"),
        ("item", "ord_id, sku, quantity, price, note", items,
         f"(n * 7919) % {orders} + 1, concat('SKU-', n % 90000), n % 9 + 1, (n % 20000) / 100.0, "
         "concat('item ', n, ' of the summer catalogue')"),
    ]


class Postgres:
    name = "postgres"

    def __init__(self, folder):
        self.folder = folder / "pg"
        self.process = None
        user = other_user("postgres")
        found = shutil.which("pg_config")
        folders = [pathlib.Path(run([found, "--bindir"]).strip())] if found else []
        folders += sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
        self.bin = next((one for one in folders if (one / "initdb").exists()), None)
        if self.bin is None or user is None:
            raise Failed("no server of PostgreSQL (initdb), or root without a user postgres")
        self.folder.mkdir()
        if user:
            os.chown(self.folder, user["user"], user["group"])
        self.version = run([self.bin / "postgres", "--version"]).strip()
        # In another folder than this one, which the other user may not see.
        make = [self.bin / "initdb", "-D", self.folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        run(make, cwd="/", **user)
        with open(folder / "pg.log", "wb") as log:
            self.process = subprocess.Popen(
                [str(self.bin / "postgres"), "-D", str(self.folder / "data"), "-k", str(self.folder), "-c", "listen_addresses="],
                stdout=log, stderr=log, cwd="/", **user)
        deadline = time.monotonic() + START_TIMEOUT_S
        while subprocess.run([self.bin / "pg_isready", "-q", "-h", self.folder], check=False).returncode != 0:
            if time.monotonic() > deadline or self.process.poll() is not None:
                self.close()
                raise Failed((folder / "pg.log").read_text(errors="replace")[-400:])
            time.sleep(0.05)

    def close(self):
        if self.process:
            self.process.send_signal(2)  # "fast": whoever is connected is not waited for
            stop(self.process)

    def sql(self, database, text):
        return run([self.bin / "psql", "-h", self.folder, "-U", "postgres", "-d", database, "-qAtX", "-v", "ON_ERROR_STOP=1"], text)

    def address(self, database):
        """For the program, and for libpq."""
        return f"postgres://postgres@/{database}?host={urllib.parse.quote(str(self.folder), safe='')}"

    def fresh(self, database, statements=(), first=1):
        self.sql("postgres", f"DROP DATABASE IF EXISTS {database};\nCREATE DATABASE {database};")
        numbers = [f"ALTER TABLE {table} ALTER COLUMN id RESTART WITH {first}" for table in TABLES] if first != 1 else []
        self.sql(database, ";\n".join([*statements, *numbers, "CHECKPOINT"]))

    def schema(self, keys=True):
        return schema("BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY", "varchar", "timestamp", "numeric(10,2)", keys, True)

    def fill(self, database, customers):
        self.fresh(database, self.schema())
        moment = "timestamp '2024-01-01' + n * interval '1 minute'"
        text = [f"INSERT INTO {table} ({columns}) SELECT {values.format(moment=moment)} FROM generate_series(1, {count}) AS n"
                for table, columns, count, values in rows_of(customers)]
        self.sql(database, ";\n".join([*text, "VACUUM ANALYZE"]))

    def fill_small(self, database, rows):
        self.fresh(database, ["CREATE TABLE small (id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, note text)"])
        text = f"INSERT INTO small (note) SELECT 'row number ' || n || ' of many' FROM generate_series(1, {rows}) AS n"
        self.sql(database, f"{text};\nVACUUM ANALYZE")

    def fill_large(self, database, rows, size):
        """Each value other than the next, and kept as it is."""
        self.fresh(database, ["CREATE TABLE large (id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, body text)",
                              "ALTER TABLE large ALTER COLUMN body SET STORAGE EXTERNAL"])
        text = f"INSERT INTO large (body) SELECT repeat(md5(n::text), {size // 32}) FROM generate_series(1, {rows}) AS n"
        self.sql(database, f"{text};\nVACUUM ANALYZE")

    def number(self, database, what, table):
        return int(self.sql(database, f"SELECT {what} FROM {table}"))


class Mariadb:
    name = "mariadb"

    def __init__(self, folder):
        self.folder = folder / "my"
        self.process = None
        daemon = shutil.which("mariadbd") or shutil.which("mariadbd", path="/usr/sbin:/usr/libexec")
        installer = shutil.which("mariadb-install-db")
        self.client = shutil.which("mariadb")
        if None in (daemon, installer, self.client):
            raise Failed("no server of MariaDB (mariadbd, mariadb-install-db, mariadb)")
        self.folder.mkdir()
        self.version = run([daemon, "--version"]).strip().removeprefix(daemon).strip()
        # As root it refuses to run unless told so.
        common = ["--no-defaults", f"--datadir={self.folder / 'data'}", *(["--user=root"] if os.geteuid() == 0 else [])]
        run([installer, *common, "--auth-root-authentication-method=normal", "--skip-test-db"])
        self.socket = self.folder / "s"
        with open(folder / "my.log", "wb") as log:
            self.process = subprocess.Popen(
                [daemon, *common, f"--socket={self.socket}", f"--pid-file={self.folder / 'pid'}", "--skip-networking", "--local-infile=1"],
                stdout=log, stderr=log)
        deadline = time.monotonic() + START_TIMEOUT_S
        while True:
            try:
                self.sql("mysql", "SELECT 1")
                return
            except Failed:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    self.close()
                    raise Failed((folder / "my.log").read_text(errors="replace")[-400:]) from None
                time.sleep(0.05)

    def close(self):
        if self.process:
            stop(self.process)

    def sql(self, database, text):
        return run([self.client, "--no-defaults", "-uroot", "-S", self.socket, "-N", "-B", database], text)

    def address(self, database):
        return f"mariadb://root@localhost/{database}?socket={self.socket}"

    def fresh(self, database, statements=(), first=1):
        numbers = [f"ALTER TABLE {table} AUTO_INCREMENT = {first}" for table in TABLES] if first != 1 else []
        make = [f"DROP DATABASE IF EXISTS {database}", f"CREATE DATABASE {database} CHARACTER SET utf8mb4", f"USE {database}"]
        self.sql("mysql", ";\n".join([*make, *statements, *numbers]))

    def schema(self, keys=True):
        # A foreign key makes its index itself.
        return schema("BIGINT AUTO_INCREMENT PRIMARY KEY", "varchar", "datetime", "decimal(10,2)", keys, not keys)

    def fill(self, database, customers):
        self.fresh(database, self.schema())
        moment = "date_add('2024-01-01', interval n minute)"
        # Without an order ids would be given as the sequence's engine likes.
        text = [f"INSERT INTO {table} ({columns}) SELECT {values.format(moment=moment)} "
                f"FROM (SELECT seq AS n FROM seq_1_to_{count}) AS s ORDER BY n"
                for table, columns, count, values in rows_of(customers)]
        self.sql(database, ";\n".join([*text, "ANALYZE TABLE customer, ord, item"]))

    def fill_small(self, database, rows):
        self.fresh(database, ["CREATE TABLE small (id BIGINT AUTO_INCREMENT PRIMARY KEY, note varchar(60))"])
        self.sql(database, f"INSERT INTO small (note) SELECT concat('row number ', seq, ' of many') FROM seq_1_to_{rows}")

    def fill_large(self, database, rows, size):
        self.fresh(database, ["CREATE TABLE large (id BIGINT AUTO_INCREMENT PRIMARY KEY, body longtext CHARACTER SET ascii)"])
        for first in range(1, rows + 1, 50):  # one transaction's undo for all would be as large as the data
            last = min(rows, first + 49)
            self.sql(database, f"INSERT INTO large (body) SELECT repeat(md5(seq), {size // 32}) FROM seq_{first}_to_{last}")

    def number(self, database, what, table):
        return int(self.sql(database, f"SELECT {what} FROM {table}"))


class Sqlite:
    """Files; there is nothing to start."""

    name = "sqlite"

    def __init__(self, folder):
        self.folder = folder
        self.version = f"SQLite {sqlite3.sqlite_version}"

    def close(self):
        pass

    def address(self, database):
        return str(self.folder / f"{database}.db")

    def fresh(self, database, statements=(), first=1):
        path = pathlib.Path(self.address(database))
        for end in ("", "-journal", "-wal", "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)
        with sqlite3.connect(path) as connection:
            for statement in statements:
                connection.execute(statement)
            if first != 1:  # the counter of AUTOINCREMENT
                connection.executemany("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", [(table, first - 1) for table in TABLES])
        connection.close()

    def schema(self, keys=True):
        return schema("INTEGER PRIMARY KEY AUTOINCREMENT", "varchar", "datetime", "numeric(10,2)", keys, True)

    def fill(self, database, customers):
        self.fresh(database, self.schema())
        with sqlite3.connect(self.address(database)) as connection:
            connection.create_function("concat", -1, lambda *parts: "".join(map(str, parts)))
            for table, columns, count, values in rows_of(customers):
                moment = "datetime('2024-01-01', '+' || n || ' minutes')"
                numbers = f"WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {count})"
                connection.execute(f"INSERT INTO {table} ({columns}) {numbers} SELECT {values.format(moment=moment)} FROM s")
        connection.close()

    def _fill_with(self, database, table, rows):
        self.fresh(database, [table])
        with sqlite3.connect(self.address(database)) as connection:
            connection.executemany(f"INSERT INTO {table.split()[2]} VALUES (?, ?)", rows)
        connection.close()

    def fill_small(self, database, rows):
        made = ((n, f"row number {n} of many") for n in range(1, rows + 1))
        self._fill_with(database, "CREATE TABLE small (id INTEGER PRIMARY KEY, note text)", made)

    def fill_large(self, database, rows, size):
        made = ((n, f"{n:032d}" * (size // 32)) for n in range(1, rows + 1))
        self._fill_with(database, "CREATE TABLE large (id INTEGER PRIMARY KEY, body text)", made)

    def number(self, database, what, table):
        with sqlite3.connect(self.address(database)) as connection:
            (found,) = connection.execute(f"SELECT {what} FROM {table}").fetchone()
        connection.close()
        return found


class Servers:
    """All that can be had, by name; why not, for the others."""

    def __init__(self, names):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="millrace-bench-"))
        self.folder.chmod(0o755)  # servers run as another user
        self.found, self.absent = {}, []
        for kind in (Postgres, Mariadb, Sqlite):
            if kind.name not in names:
                continue
            try:
                self.found[kind.name] = kind(self.folder)
            except (Failed, OSError) as why:
                self.absent.append(f"{kind.name}: {why}")

    def close(self):
        for server in self.found.values():
            server.close()
        shutil.rmtree(self.folder, ignore_errors=True)
