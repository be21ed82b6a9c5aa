"""Random schemas with rows that satisfy them, random plans, and what a copy by such a plan has to be: worked out row by row, in the plainest way there is."""
import dataclasses
import random
import uuid

ODD = ["", "", "", " x", '"q"', "'s'", "`b", "ü", "表", "-", ".", "%", "é\\", ";--", "A"]
WORDS = ["select", "order", "Group", "table", "key", "user", "t", "thing", "data", "x"]
TEXTS = ["", " a", "b", "ü", "'", '"', "\\", "\n", "\t", "%", "表", "😀", ",", ";", "$1", "NULL", "A", "a,b"]


@dataclasses.dataclass
class Column:
    name: str
    kind: str  # int, text, uuid
    nullable: bool = False
    identity: bool = False


@dataclasses.dataclass
class Table:
    name: str
    columns: dict = dataclasses.field(default_factory=dict)  # by name
    primary: tuple = ()  # none: SQLite tells its rows apart by itself
    uniques: list = dataclasses.field(default_factory=list)
    rows: list = dataclasses.field(default_factory=list)  # dicts
    v: str = ""  # whole numbers, each once in a table, and the same in the target: what tells rows apart here


@dataclasses.dataclass
class Key:
    name: str
    child: int
    columns: tuple
    parent: int
    parent_columns: tuple
    deferred: bool = False
    gone: bool = False  # some rows refer to what is not there


@dataclasses.dataclass
class Source:
    tables: list
    keys: list

    def nullable(self, key):
        """Columns of a foreign key that become NULL when it is cut."""
        table = self.tables[key.child]
        return [c for c in key.columns if table.columns[c].nullable and c not in table.primary]


def nobodys(rng, kind):
    """A value that no row has: less than any number, longer than any text."""
    number = rng.randrange(1, 4)
    return {"int": -2 ** 52 - number, "text": "nobody's " * number, "uuid": f"00000000-0000-4000-8000-00000000000{number}"}[kind]


class Names:
    def __init__(self, rng, plain):
        self.rng, self.plain, self.count = rng, plain, 0

    def make(self, word):
        self.count += 1
        if self.plain or self.rng.random() < 0.7:
            return f"{word}{self.count}"
        return f"{self.rng.choice(WORDS)}{self.rng.choice(ODD)}{self.count}{self.rng.choice(ODD)}".rstrip()


def values(rng, kind, count):
    if kind == "int":
        low, high = rng.choice(((1, 60), (-50, 50), (1, 10 ** 6), (-2 ** 52, 2 ** 52)))
        return [rng.randrange(low, high) for _ in range(count)] if count > 50 else rng.sample(range(low, high), count)
    if kind == "uuid":
        return [str(uuid.UUID(int=rng.getrandbits(128), version=4)) for _ in range(count)]
    return [f"{rng.choice(TEXTS)}{n:x}{rng.choice(TEXTS)}z" for n in rng.sample(range(1000), count)]  # none ends in a blank, none differs by case alone


def make_source(rng, kinds):
    """`kinds`: of databases that it has to fit into."""
    names = Names(rng, plain=rng.random() < 0.5)
    rows_max = rng.choice((3, 12, 40))
    tables, keys = [], []
    for place in range(rng.randrange(2, 9)):
        table = Table(names.make("t"))
        count = rng.randrange(1, rows_max + 1)
        table.rows = [{} for _ in range(count)]

        def add(word, kind, given, nullable=False, identity=False):
            column = Column(names.make(word), kind, nullable, identity)
            table.columns[column.name] = column
            for row, value in zip(table.rows, given):
                row[column.name] = value
            return column.name

        shape = rng.choice(("identity", "identity", "identity", "int", "text", "uuid", "composite", "line", "bare"))
        if shape == "line" and not (parents := [p for p in range(place) if tables[p].primary]):
            shape = "composite"
        if shape == "bare" and kinds != {"sqlite"}:
            shape = "identity"
        if shape in ("identity", "int", "text", "uuid"):
            kind = "int" if shape == "identity" else shape
            given = values(rng, kind, count)
            if shape == "identity":
                given = rng.sample(range(1, max(60, count * 3)), count)  # MariaDB makes another number of a zero
            table.primary = (add("id", kind, given, identity=shape == "identity"),)
        elif shape == "composite":
            first = [rng.choice(values(rng, "int", 3)) for _ in range(count)]
            kind = rng.choice(("int", "text"))
            table.primary = (add("a", "int", first), add("b", kind, values(rng, kind, count)))
        elif shape == "line":
            parent = rng.choice(parents)
            of = [rng.choice(tables[parent].rows) for _ in range(count)]
            columns = tuple(add("of", tables[parent].columns[c].kind, [row[c] for row in of]) for c in tables[parent].primary)
            keys.append(Key(names.make("key"), place, columns, parent, tables[parent].primary))
            table.primary = columns + (add("line", "int", rng.sample(range(100), count)),)
        table.v = add("v", "int", rng.sample(range(1000), count))
        for _ in range(rng.choice((0, 0, 1, 2))):
            kind, nullable = rng.choice(("int", "text", "uuid")), rng.random() < 0.4
            given = values(rng, kind, count)
            if rng.random() < 0.3:
                table.uniques.append((add("u", kind, given), add("u", "int", [rng.randrange(3) for _ in given])))
            else:
                given = [None if nullable and n and rng.random() < 0.3 else value for n, value in enumerate(given)]
                table.uniques.append((add("u", kind, given, nullable),))
        add("w", "text", [rng.choice([None, *TEXTS]) for _ in table.rows], nullable=True)
        tables.append(table)
    for place, table in enumerate(tables):
        for _ in range(rng.choice((0, 1, 1, 2, 3))):
            parent = place if rng.random() < 0.2 else rng.randrange(len(tables))
            targets = [key for key in [tables[parent].primary, *tables[parent].uniques] if key]
            if not targets:
                continue
            referred = rng.choice(targets)
            candidates = [values_of for row in tables[parent].rows if None not in (values_of := tuple(row[c] for c in referred))]
            nulls = [rng.random() < 0.6 for _ in referred] if rng.random() < 0.5 else [rng.random() < 0.6] * len(referred)
            columns = tuple(names.make("f") for _ in referred)
            for name, of, nullable in zip(columns, referred, nulls):
                table.columns[name] = Column(name, tables[parent].columns[of].kind, nullable)
            gone = all(nulls) and rng.random() < 0.3
            for row in table.rows:
                chosen = rng.choice(candidates)
                if gone and rng.random() < 0.4:
                    chosen = tuple(nobodys(rng, tables[parent].columns[c].kind) for c in referred)
                elif any(nulls) and rng.random() < 0.3:  # some of its columns, or all: it refers to nothing
                    which = [n and (i == 0 or rng.random() < 0.7) for i, n in enumerate(nulls)]
                    chosen = tuple(None if none else value for none, value in zip(which, chosen))
                row.update(zip(columns, chosen))
            keys.append(Key(names.make("key"), place, columns, parent, referred, rng.random() < 0.2, gone))
    for table in tables:
        order = list(table.columns)
        rng.shuffle(order)
        table.columns = {name: table.columns[name] for name in order}
    return Source(tables, keys)


def quoted(kind, name):
    mark = "`" if kind == "mariadb" else '"'
    return mark + name.replace(mark, mark + mark) + mark


TYPES = {"sqlite": {"int": "INT", "text": "TEXT", "uuid": "TEXT"}, "postgres": {"int": "BIGINT", "text": "TEXT", "uuid": "UUID"},
         "mariadb": {"int": "BIGINT", "text": "VARCHAR(60)", "uuid": "UUID"}}


def literal(value):
    return "NULL" if value is None else str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def statements(source, kind, only=None, with_keys=True):
    """What makes and fills it. Quoted as the SQL standard says; MariaDB is asked for ANSI_QUOTES and NO_BACKSLASH_ESCAPES."""
    q = lambda name: quoted("", name)
    list_of = lambda columns: ", ".join(map(q, columns))
    made, rows = [], []
    chosen = range(len(source.tables)) if only is None else only
    foreign = lambda key: (f"CONSTRAINT {q(key.name)} FOREIGN KEY ({list_of(key.columns)}) REFERENCES {q(source.tables[key.parent].name)} ({list_of(key.parent_columns)})"
                           + (" DEFERRABLE INITIALLY DEFERRED" if key.deferred and kind != "mariadb" else ""))
    for place in chosen:
        table = source.tables[place]
        parts = []
        for column in table.columns.values():
            words = TYPES[kind][column.kind] + ("" if column.nullable else " NOT NULL")
            if column.identity:
                words = {"sqlite": "INTEGER PRIMARY KEY", "postgres": "BIGINT GENERATED BY DEFAULT AS IDENTITY", "mariadb": "BIGINT NOT NULL AUTO_INCREMENT"}[kind]
            parts.append(f"{q(column.name)} {words}")
        if table.primary and not (kind == "sqlite" and table.columns[table.primary[0]].identity):
            parts.append(f"PRIMARY KEY ({list_of(table.primary)})")
        parts += [f"UNIQUE ({list_of(unique)})" for unique in table.uniques]
        if kind == "sqlite" and with_keys:
            parts += [foreign(key) for key in source.keys if key.child == place]
        made.append(f"CREATE TABLE {q(table.name)} ({', '.join(parts)})")
    for place in chosen:
        table = source.tables[place]
        lines = ", ".join("(" + ", ".join(literal(row[name]) for name in table.columns) + ")" for row in table.rows)
        rows.append(f"INSERT INTO {q(table.name)} ({list_of(table.columns)}) VALUES {lines}")
    if kind != "sqlite" and with_keys:
        made += [f"ALTER TABLE {q(source.tables[key.child].name)} ADD {foreign(key)}" for key in source.keys if key.child in chosen]
    return ";\n".join(made + rows)  # keys before rows: PostgreSQL would look at these


# ---- plans

@dataclasses.dataclass
class Condition:
    column: str
    modulus: int
    below: int

    def sql(self, kind):
        return f"{quoted(kind, self.column)} % {self.modulus} < {self.below}"

    def holds(self, row):
        return row[self.column] % self.modulus < self.below


@dataclasses.dataclass
class Choice:
    """Some rows: those for which the condition holds, at most so many in an order."""
    table: int
    condition: object = None
    limit: object = None
    descending: object = None  # by v; None: by the key

    def rule(self, source, kind):
        made = {"table": source.tables[self.table].name}
        if self.condition:
            made["where"] = self.condition.sql(kind)
        if self.limit:
            made["limit"] = self.limit
            if self.descending is not None:
                made["order"] = quoted(kind, source.tables[self.table].v) + (" DESC" if self.descending else "")
        return made

    def of(self, table, places):
        """Of these rows those that are meant; places in table.rows."""
        found = [p for p in places if not self.condition or self.condition.holds(table.rows[p])]
        if self.limit is None:
            return found
        column = table.primary[0] if self.descending is None else table.v
        return sorted(found, key=lambda p: table.rows[p][column], reverse=bool(self.descending))[:self.limit]


@dataclasses.dataclass
class Plan:
    roots: list
    all_children: bool
    children: dict  # place in Source.keys -> Choice
    rows: list  # for each table: referred, all, none, target
    keys: str
    kept: dict  # table -> keep or map, where it says so itself
    ignored: set  # places in Source.keys

    def job(self, source, kind):
        """The plan file."""
        made = {"root": [root.rule(source, kind) for root in self.roots], "keys": self.keys, "children": "all" if self.all_children else "listed"}
        made["child"] = [{"of": source.tables[source.keys[k].parent].name, "columns": list(source.keys[k].columns), **choice.rule(source, kind)}
                         for k, choice in self.children.items()]
        tables = {}
        for place, table in enumerate(source.tables):
            rule = {} if self.rows[place] == "referred" else {"rows": self.rows[place]}
            if place in self.kept:
                rule["keys"] = self.kept[place]
            if ignored := [source.keys[k].columns[0] for k in sorted(self.ignored) if source.keys[k].child == place]:
                rule["ignore"] = ignored
            if rule:
                tables[table.name] = rule
        if tables:
            made["table"] = tables
        return {name: value for name, value in made.items() if value}


def make_choice(rng, source, place, limited):
    table = source.tables[place]
    choice = Choice(place)
    if rng.random() < 0.6:
        choice.condition = Condition(table.v, rng.randrange(2, 6), rng.randrange(1, 3))
    if rng.random() < limited:
        choice.limit = rng.randrange(1, 6)
        by_key = table.primary and table.columns[table.primary[0]].identity
        choice.descending = None if by_key and rng.random() < 0.5 else rng.random() < 0.5
    return choice


def make_plan(rng, source, with_target):
    count = len(source.tables)
    rows = []
    for place in range(count):
        into = [key for key in source.keys if key.parent == place and key.child != place]
        gone = any(key.gone for key in source.keys if key.parent == place)  # by the same keys the target would not have it either
        choices = ["referred"] * 7 + ["all"] + (["none"] if all(source.nullable(key) for key in into) else []) + (["target"] if with_target and not gone else [])
        rows.append(rng.choice(choices))
    written = [place for place in range(count) if rows[place] in ("referred", "all")]
    if not written:
        rows[0], written = "all", [0]
    roots = [make_choice(rng, source, rng.choice(written), 0.4) for _ in range(rng.randrange(1, 4))]
    keys = rng.choice(("keep", "map"))
    mappable = [p for p in range(count) if source.tables[p].primary and source.tables[p].columns[source.tables[p].primary[0]].identity]
    # A row that is gone is looked for as one that is there, and so are its children: what comes of that is not said.
    childless = {key.parent for key in source.keys if key.gone}
    plan = Plan(roots=roots, all_children=rng.random() < 0.2 and not childless, children={}, rows=rows, keys=keys,
                kept={p: rng.choice(("keep", "map")) for p in mappable if rng.random() < 0.15},
                ignored={k for k, key in enumerate(source.keys) if source.nullable(key) and rng.random() < 0.08})
    for k, key in enumerate(source.keys):
        if rng.random() < 0.3 and key.parent not in childless and not (key.child == key.parent and rows[key.child] not in ("referred", "all")):
            plan.children[k] = make_choice(rng, source, key.child, 0.5)
    return plan


# ---- what has to come of it

class Reference:
    def __init__(self, source, plan):
        self.source, self.plan = source, plan
        self.parent_rows = []
        for key in source.keys:
            self.parent_rows.append({tuple(row[c] for c in key.parent_columns): place for place, row in enumerate(source.tables[key.parent].rows)})
        self.fate = [self.fate_of(k) for k in range(len(source.keys))]
        self.chosen = [set() for _ in source.tables]
        self.close()

    def written(self, place):
        return self.plan.rows[place] in ("referred", "all")

    def fate_of(self, k):
        if k in self.plan.ignored:
            return "nulled"
        return {"none": "nulled", "target": "as_is"}.get(self.plan.rows[self.source.keys[k].parent], "followed")

    def referred(self, k, row):
        """The place of the row that this one refers to by that key, or None."""
        values = tuple(row[c] for c in self.source.keys[k].columns)
        return None if None in values else self.parent_rows[k].get(values)

    def close(self):
        for root in self.plan.roots:
            table = self.source.tables[root.table]
            self.chosen[root.table].update(root.of(table, range(len(table.rows))))
        for place, table in enumerate(self.source.tables):
            if self.plan.rows[place] == "all":
                self.chosen[place].update(range(len(table.rows)))
        before = -1
        while before != (before := sum(map(len, self.chosen))):
            for k, key in enumerate(self.source.keys):
                if not self.written(key.child):
                    continue
                child = self.source.tables[key.child]
                if self.fate[k] == "followed":
                    for place in list(self.chosen[key.child]):
                        parent = self.referred(k, child.rows[place])
                        if parent is not None:
                            self.chosen[key.parent].add(parent)
                rule = self.plan.children.get(k) or (Choice(key.child) if self.plan.all_children else None)
                if rule and self.written(key.parent):
                    for parent in list(self.chosen[key.parent]):
                        of = [place for place, row in enumerate(child.rows) if self.referred(k, row) == parent]
                        self.chosen[key.child].update(rule.of(child, of))

    def mapped(self, place):
        table = self.source.tables[place]
        return (self.written(place) and table.primary and table.columns[table.primary[0]].identity and
                self.plan.kept.get(place, self.plan.keys) == "map")

    def rows(self, place, numbers):
        """What the target has to hold. `numbers[table]`: which new number a row (by its place) has got there."""
        table = self.source.tables[place]
        return [tuple(self.value(place, row, name, numbers) for name in table.columns) for row in sorted(self.chosen[place])]

    def value(self, place, row, name, numbers):
        table = self.source.tables[place]
        for k, key in enumerate(self.source.keys):
            if key.child == place and self.fate[k] == "nulled" and name in self.source.nullable(key):
                return None
        if self.mapped(place) and name == table.primary[0]:
            return numbers[place][row]
        for k, key in enumerate(self.source.keys):
            if key.child == place and self.fate[k] == "followed" and name in key.columns:
                parent = self.referred(k, table.rows[row])
                if parent is None and None not in (table.rows[row][c] for c in key.columns):
                    return None  # it is gone, and all of these may be NULL
                if parent is not None:
                    return self.value(key.parent, parent, key.parent_columns[key.columns.index(name)], numbers)
        return table.rows[row][name]
