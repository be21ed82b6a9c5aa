"""What the golden tests do with a database: fill it, read it as text, let it check its own foreign keys. One class for each kind, each with the same methods.

Text of a row    fields with " | " between them. NULL; x'00ff' for bytes; anything else as it is, in JSON's quotes when it has other characters than usual
                 ones or would be taken for one of these; of what is long, its length and a hash. Numbers that are the same look the same: fractions end
                 in no zeros."""
import hashlib
import json
import re
import sqlite3

LONG = 200
PLAIN = re.compile(r"[A-Za-z0-9_.:+/@#-](?:[A-Za-z0-9_.:+/@# -]*[A-Za-z0-9_.:+/@#-])?")
LEDGER = ("millrace_jobs", "millrace_pages")


def shown(value):
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return f"<{len(value)} bytes, {hashlib.sha256(value).hexdigest()[:16]}>" if len(value) > LONG else f"x'{value.hex()}'"
    if isinstance(value, float):
        return repr(value)[:-2] if value.is_integer() and abs(value) < 1e15 else repr(value)
    text = str(value)
    if len(text) > LONG:
        return f"<{len(text)} characters, {hashlib.sha256(text.encode()).hexdigest()[:16]}>"
    return text if PLAIN.fullmatch(text) and text != "NULL" else json.dumps(text, ensure_ascii=False)


def without_zeros(text):
    return text.rstrip("0").removesuffix(".") if "." in text else text


def order(row):
    return [(field == "NULL", not re.fullmatch(r"-?\d+", field), int(field) if re.fullmatch(r"-?\d+", field) else 0, field) for field in row]


def table_text(name, columns, rows):
    """`rows` of values. Sorted, so that no order is asked of anybody."""
    lines = sorted(([shown(value) for value in row] for row in rows), key=order)
    return "".join([f"{name}: {', '.join(columns)}\n", *(f"  {' | '.join(line)}\n" for line in lines)])


class Failed(Exception):
    pass


class Database:
    """text() is that of all tables that are not the ledger's, and of their foreign keys."""

    def text(self):
        made = [table_text(name, columns, rows) for name, columns, rows in self.tables()]
        keys = sorted(f"{child} ({', '.join(columns)}) -> {parent} ({', '.join(parents)})\n" for child, columns, parent, parents in self.foreign_keys())
        return "".join(made + keys)


class Sqlite(Database):
    kind = "sqlite"

    def __init__(self, path):
        self.path = path
        self.address = f"sqlite:{path}"

    def connect(self):
        connection = sqlite3.connect(self.path, isolation_level=None)
        connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
        return connection

    def load(self, sql):
        connection = self.connect()
        try:
            connection.executescript(sql)  # keys are not looked at unless it says so
        except sqlite3.Error as error:
            raise Failed(f"SQLite: {error}") from None
        finally:
            connection.close()

    def names(self, connection):
        return [name for name, in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name")
                if name not in LEDGER]

    def tables(self):
        connection = self.connect()
        for name in self.names(connection):
            quoted = '"' + name.replace('"', '""') + '"'
            columns = [(row[1], row[2].lower()) for row in connection.execute(f"PRAGMA table_xinfo({quoted})") if row[6] != 1]
            names = [column for column, _ in columns]
            rows = connection.execute(f"SELECT {', '.join(chr(34) + n.replace(chr(34), chr(34) * 2) + chr(34) for n in names)} FROM {quoted}").fetchall()
            decimal = [column.startswith("dec") for column in names]
            yield name, names, [[without_zeros(v) if d and isinstance(v, str) else v for v, d in zip(row, decimal)] for row in rows]
        connection.close()

    def foreign_keys(self):
        connection = self.connect()
        found = {}
        for name in self.names(connection):
            for number, _, parent, column, to, *_ in connection.execute("SELECT * FROM pragma_foreign_key_list(?)", (name,)):
                key = found.setdefault((name, number), (name, [], parent, []))
                key[1].append(column)
                key[3].append(to or "")
        connection.close()
        return list(found.values())

    def broken_keys(self):
        connection = self.connect()
        broken = [f"{row[0]} row {row[1]} -> {row[2]}" for row in connection.execute("PRAGMA foreign_key_check")]
        if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            broken.append("the file is damaged")
        connection.close()
        return broken

    def empty(self):
        self.path.unlink(missing_ok=True)

    def ledger(self):
        connection = self.connect()
        counts = [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in LEDGER]
        connection.close()
        return counts


def read_hex(field, kind):
    """What the servers' clients print: h and hexadecimal digits, or nothing for NULL."""
    if not field:
        return None
    raw = bytes.fromhex(field[1:])
    if kind == "bytes":
        return raw
    text = raw.decode()
    if kind == "decimal":
        return without_zeros(text)
    if kind == "real":
        return float(text)
    if kind == "moment":
        return without_zeros(text.removesuffix("+00"))
    return text


class OnServer(Database):
    def __init__(self, server, name):
        self.server, self.name = server, name
        self.address = server.address(name)
        self.load_at(self.system, f"CREATE DATABASE {name};")

    def ask(self, sql):
        answer = self.server.ask(self.name, sql)
        if answer.returncode:
            raise Failed(f"{self.kind}: {answer.stderr.decode(errors='replace').strip()}")
        return answer.stdout.decode()

    def load_at(self, database, sql):
        answer = self.server.ask(database, sql)
        if answer.returncode:
            raise Failed(f"{self.kind}: {answer.stderr.decode(errors='replace').strip()}")

    def load(self, sql):
        self.load_at(self.name, sql)

    def tables(self):
        """Two questions, since clients take their time: what there is, and all rows at once."""
        columns, self.keys = {}, {}
        for line in self.ask(self.columns_sql + self.keys_sql).splitlines():
            first, *fields = line.split("\t")
            fields = [bytes.fromhex(field).decode() for field in fields]
            if first == "column":
                schema, table, column, kind = fields
                columns.setdefault((schema, table), []).append((column, self.kind_of(kind)))
            else:
                name, child, column, parent, to = fields
                key = self.keys.setdefault((child, name), (child, [], parent, []))
                key[1].append(column)
                key[3].append(to)
        columns = {name: found for name, found in columns.items() if name[1] not in LEDGER}
        rows = {}
        if columns:
            sql = "".join(self.rows_sql(number, name, found) for number, (name, found) in enumerate(columns.items()))
            for line in self.ask(sql).splitlines():
                number, *fields = line.split("\t")
                rows.setdefault(int(number), []).append(fields)
        for number, ((schema, table), found) in sorted(enumerate(columns.items()), key=lambda item: item[1][0]):
            read = [[read_hex(field, kind) for field, (_, kind) in zip(row, found)] for row in rows.get(number, [])]
            yield f"{schema}.{table}" if schema else table, [name for name, _ in found], read

    def foreign_keys(self):
        """As tables() found them."""
        return list(self.keys.values())

    def ledger(self):
        return [int(line) for line in self.ask("".join(f"SELECT count(*) FROM {table};" for table in LEDGER)).split()]


class OnPostgres(OnServer):
    kind, system = "postgres", "postgres"
    columns_sql = """SELECT concat_ws(E'\\t', 'column', encode(convert_to(CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname END, 'UTF8'), 'hex'),
          encode(convert_to(c.relname, 'UTF8'), 'hex'), encode(convert_to(a.attname, 'UTF8'), 'hex'), encode(convert_to(format_type(a.atttypid, a.atttypmod), 'UTF8'), 'hex'))
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY n.nspname, c.relname, a.attnum;"""

    @staticmethod
    def quoted(name):
        return '"' + name.replace('"', '""') + '"'

    @staticmethod
    def kind_of(declared):
        return ("bytes" if declared == "bytea" else "decimal" if declared.startswith("numeric") else "real" if declared in ("real", "double precision")
                else "moment" if declared.startswith("time") else "boolean" if declared == "boolean" else "text")

    def rows_sql(self, number, name, columns):
        fields = [f"""coalesce('h' || {'encode(' + self.quoted(c) + ", 'hex')" if kind == 'bytes' else
                  "encode(convert_to(" + self.quoted(c) + ('::int' if kind == 'boolean' else '') + "::text, 'UTF8'), 'hex')"}, '')""" for c, kind in columns]
        return f"SELECT concat_ws(E'\\t', {number}, {', '.join(fields)}) FROM {self.quoted(name[0] or 'public')}.{self.quoted(name[1])};\n"

    keys_sql = """SELECT concat_ws(E'\\t', 'key', encode(convert_to(c.conname, 'UTF8'), 'hex'),
          encode(convert_to(concat(CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END, t.relname), 'UTF8'), 'hex'), encode(convert_to(a.attname, 'UTF8'), 'hex'),
          encode(convert_to(concat(CASE pn.nspname WHEN 'public' THEN '' ELSE pn.nspname || '.' END, p.relname), 'UTF8'), 'hex'), encode(convert_to(b.attname, 'UTF8'), 'hex'))
        FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace JOIN pg_class p ON p.oid = c.confrelid
        JOIN pg_namespace pn ON pn.oid = p.relnamespace CROSS JOIN LATERAL unnest(c.conkey, c.confkey) WITH ORDINALITY AS k(child, parent, place)
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.child JOIN pg_attribute b ON b.attrelid = p.oid AND b.attnum = k.parent
        WHERE c.contype = 'f' ORDER BY c.oid, k.place;"""

    def empty(self):
        """As it was made: another copy may have it, and making one takes much longer."""
        self.load("""DO $$ DECLARE one name; BEGIN
              FOR one IN SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema' LOOP
                EXECUTE format('DROP SCHEMA %I CASCADE', one);
              END LOOP; END $$; CREATE SCHEMA public;""")

    def broken_keys(self):
        # Takes back that they were checked, and checks them, as the superuser; then all is as it was.
        sql = """BEGIN; DO $$ DECLARE one record; BEGIN
              FOR one IN SELECT conrelid::regclass AS child, conname, convalidated FROM pg_constraint WHERE contype = 'f' LOOP
                IF NOT one.convalidated THEN RAISE 'constraint % was never checked', one.conname; END IF;
                UPDATE pg_constraint SET convalidated = false WHERE conrelid = one.child AND conname = one.conname;
                EXECUTE format('ALTER TABLE %s VALIDATE CONSTRAINT %I', one.child, one.conname);
              END LOOP; END $$; ROLLBACK;"""
        answer = self.server.ask(self.name, sql)
        return [answer.stderr.decode()] if answer.returncode else []


class OnMariadb(OnServer):
    kind, system = "mariadb", "mysql"
    columns_sql = """SELECT CONCAT_WS('\t', 'column', '', HEX(c.table_name), HEX(c.column_name), HEX(c.data_type)) FROM information_schema.columns c
        JOIN information_schema.tables t USING (table_schema, table_name)
        WHERE c.table_schema = DATABASE() AND t.table_type = 'BASE TABLE' ORDER BY c.table_name, c.ordinal_position;"""

    @staticmethod
    def quoted(name):
        return '"' + name.replace('"', '""') + '"'

    @staticmethod
    def kind_of(declared):
        return ("bytes" if declared.endswith(("blob", "binary")) else "decimal" if declared == "decimal" else "real" if declared in ("float", "double")
                else "moment" if declared in ("time", "datetime", "timestamp") else "text")

    def rows_sql(self, number, name, columns):
        fields = [f"IFNULL(CONCAT('h', HEX({self.quoted(c) if kind == 'bytes' else 'CONVERT(' + self.quoted(c) + ' USING utf8mb4)'})), '')" for c, kind in columns]
        return f"SELECT CONCAT_WS('\t', {number}, {', '.join(fields)}) FROM {self.quoted(name[1])};\n"

    keys_sql = """SELECT CONCAT_WS('\t', 'key', HEX(constraint_name), HEX(table_name), HEX(column_name), HEX(referenced_table_name), HEX(referenced_column_name))
        FROM information_schema.key_column_usage WHERE table_schema = DATABASE() AND referenced_table_name IS NOT NULL
        ORDER BY table_name, constraint_name, ordinal_position;"""

    def empty(self):
        self.load_at(self.system, f"DROP DATABASE {self.name}; CREATE DATABASE {self.name};")

    def broken_keys(self):
        # It looks at rows that are there when a key is added, so each is added once more. Nobody reads the database after that.
        list(self.tables())
        sql = ["SET foreign_key_checks = 1;"]
        for number, (child, columns, parent, parents) in enumerate(self.foreign_keys()):
            sql.append(f"ALTER TABLE {self.quoted(child)} ADD CONSTRAINT golden_{number} FOREIGN KEY ({', '.join(map(self.quoted, columns))}) "
                       f"REFERENCES {self.quoted(parent)} ({', '.join(map(self.quoted, parents))});")
        answer = self.server.ask(self.name, "\n".join(sql))
        return [answer.stderr.decode()] if answer.returncode else []
