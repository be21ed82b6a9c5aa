"""Databases as the tests that kill and the tests with random schemas use them: filled by statements, read as rows of Python's values. Rows leave a server
as JSON, so columns are of types that JSON knows."""
import contextlib
import json
import os
import pathlib
import shutil
import sqlite3
import tempfile
import threading

import servers

LEDGER = ("millrace_jobs", "millrace_pages")


class Refused(Exception):
    """What a database said to a statement."""


def quoted(name):
    return '"' + name.replace('"', '""') + '"'  # MariaDB is asked for ANSI_QUOTES


class Sqlite:
    kind = "sqlite"

    def __init__(self, path):
        self.path = str(path)
        self.address = f"sqlite:{path}"

    def connect(self):
        return sqlite3.connect(self.path, isolation_level=None, timeout=30)

    def load(self, sql):
        with contextlib.closing(self.connect()) as connection:
            try:
                connection.executescript("PRAGMA synchronous = OFF; BEGIN;" + sql + "; COMMIT;")
            except sqlite3.Error as error:
                raise Refused(f"{error}, in {sql[:400]}") from None

    def read(self, tables):
        """`tables`: (name, columns) each; the rows of each, as tuples, and all of one moment."""
        with contextlib.closing(self.connect()) as connection:
            connection.execute("BEGIN")
            return [connection.execute(f"SELECT {', '.join(map(quoted, columns))} FROM {quoted(name)}").fetchall() for name, columns in tables]

    def broken(self):
        with contextlib.closing(self.connect()) as connection:
            found = [f"{row[0]} row {row[1]} -> {row[2]}" for row in connection.execute("PRAGMA foreign_key_check")]
            if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                found.append("the file is damaged")
            return found

    def shape(self):
        """Tables, keys and indexes as text, for comparison."""
        with contextlib.closing(self.connect()) as connection:
            return sorted(row[0] for row in connection.execute("SELECT type || ' ' || name || ': ' || sql FROM sqlite_schema WHERE sql IS NOT NULL"))

    def drop(self):
        for ending in ("", "-journal", "-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                os.remove(self.path + ending)


class OnServer:
    """A database of its own on a server of servers.py; gone with drop()."""
    count = 0
    lock = threading.Lock()

    def __init__(self, server, kind):
        with OnServer.lock:
            OnServer.count += 1
            self.name = f"d{OnServer.count}"
        self.server, self.kind = server, kind
        self.system = "postgres" if kind == "postgres" else "mysql"
        self.address = server.address(self.name)
        self.ask(f"CREATE DATABASE {self.name}" + (" CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;" if kind == "mariadb" else ";"), self.system)

    def ask(self, sql, database=None):
        answer = self.server.ask(database or self.name, sql)
        if answer.returncode:
            raise Refused(answer.stderr.decode(errors="replace").strip()[-400:] + ", in " + sql[:400])
        return answer.stdout.decode()

    def load(self, sql):
        # Rows come in an order that its keys do not know of.
        unchecked = {"postgres": "SET session_replication_role = replica;", "mariadb": "SET foreign_key_checks = 0;"}[self.kind]
        self.ask(unchecked + "\nBEGIN;\n" + sql + ";\nCOMMIT;\n")

    def read(self, tables):
        if not tables:
            return []
        array, text = ("json_build_array", "::text") if self.kind == "postgres" else ("JSON_ARRAY", "")
        parts = [f"SELECT {array}({number}, {', '.join(map(quoted, columns))}){text} FROM {quoted(name)};" for number, (name, columns) in enumerate(tables)]
        rows = [[] for _ in tables]
        for line in self.ask("\n".join(parts)).split("\n"):
            if line:
                number, *row = json.loads(line)
                rows[number].append(tuple(row))
        return rows

    def broken(self):
        return []  # these two let nobody break a key, but where checks are off: the caller compares rows

    def shape(self):
        sql = """SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) || ' ' || convalidated FROM pg_constraint WHERE connamespace = 'public'::regnamespace;
              SELECT indexdef FROM pg_indexes WHERE schemaname = 'public';""" if self.kind == "postgres" else """
              SELECT table_name, column_name, referenced_table_name, referenced_column_name FROM information_schema.key_column_usage WHERE table_schema = DATABASE();
              SELECT table_name, non_unique, seq_in_index, column_name FROM information_schema.statistics WHERE table_schema = DATABASE();"""
        return sorted(self.ask(sql).splitlines())

    def end_sessions(self):
        """Ends everybody's connections to it, as an administrator does; how many there were."""
        if self.kind == "postgres":
            return int(self.ask("SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity "
                                f"WHERE datname = '{self.name}' AND pid <> pg_backend_pid();", self.system))
        ids = self.ask(f"SELECT id FROM information_schema.processlist WHERE db = '{self.name}';", self.system).split()
        for one in ids:
            with contextlib.suppress(Refused):  # it may have ended by itself
                self.ask(f"KILL CONNECTION {one};", self.system)
        return len(ids)

    def drop(self):
        with contextlib.suppress(Refused):
            self.ask(f"DROP DATABASE IF EXISTS {self.name}" + (" WITH (FORCE);" if self.kind == "postgres" else ";"), self.system)


class Databases:
    """Makes databases of each kind that there is here; servers are started when the first of theirs is asked for, and end with this."""

    def __init__(self, kinds=("sqlite", "postgres", "mariadb")):
        self.kinds = kinds
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mr-"))
        os.chmod(self.folder, 0o755)  # PostgreSQL's user goes through it
        self.servers, self.missing = {}, {}
        self.files = 0
        self.lock = threading.Lock()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for server in self.servers.values():
            server.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def why_not(self, kind):
        """Why there is none of this kind, or None."""
        if kind == "sqlite" or kind in self.servers:
            return None
        if kind not in self.missing:
            if kind not in self.kinds:
                self.missing[kind] = f"{kind} is not asked for"
                return self.missing[kind]
            folder = self.folder / kind[0]
            folder.mkdir()
            try:
                self.servers[kind] = {"postgres": servers.Postgres, "mariadb": servers.Mariadb}[kind](folder)
                return None
            except servers.Missing as reason:
                self.missing[kind] = str(reason)
        return self.missing[kind]

    def make(self, kind):
        if kind == "sqlite":
            with self.lock:
                self.files += 1
                return Sqlite(self.folder / f"{self.files}.db")
        assert self.why_not(kind) is None
        return OnServer(self.servers[kind], kind)
