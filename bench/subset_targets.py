"""What copying between databases is to cost: the rows of `run.py subset`. Data only; target_rows.py measures and judges.

Smaller is better here as everywhere: a target of 0.9 times a peer's rate is a bound of 1 / 0.9 on the time of a row. Times of ours are those of
the report's phases: `time` is copying (bulk: until foreign keys and indexes stand), without starting, connecting and planning, which the peers'
times do not have either; `rows` is copying alone; `closure` is finding the keys; `wall` is everything from start to end.
"""

from figures import OURS
from targets import Row, Target, limit, share

PIPE, ONE_BY_ONE, DUMP, SAMPLE, LOAD, PREPARED = "byte-pipe", "row-at-a-time", "pg_dump", "pg_sample", "load-data", "one-statement"
TIME = ("time",)
KEYS = limit(2500, "400,000 keys/s")
SMALL_ENOUGH = limit(128, "128 MiB")
FRESH = f"{OURS}@fresh"
FEWER = share(0.7, FRESH, "30 % below fresh ones")


def rate(of, anchor, text):
    return Target(text, 1 / of, anchor)


def row(number, name, workload, metrics=TIME, ours=("",), targets=(), peers=()):
    return Row(number, name, workload, metrics, ours, targets, peers, optional=True)


ROWS = [
    row(1, "PostgreSQL, pages of 50,000", "postgres",
        targets=(rate(0.9, PIPE, "0.90 of the byte pipe's rate"), rate(30, ONE_BY_ONE, "30 times one by one")), peers=(PIPE, ONE_BY_ONE)),
    row(1, "PostgreSQL, pages of 10,000", "postgres", ours=("rows10k",), targets=(rate(0.85, PIPE, "0.85 of the byte pipe's rate"),),
        peers=(PIPE,)),
    row(1, "PostgreSQL, everything, start to end", "postgres", ("wall",)),
    row(2, "PostgreSQL, bulk", "postgres_bulk", targets=(rate(0.8, PIPE, "0.80 of the pipe without foreign keys"),), peers=(PIPE,)),
    row(2, "PostgreSQL, bulk, rows alone", "postgres_bulk", ("rows",)),
    row(3, "MariaDB", "mariadb", targets=(rate(0.8, LOAD, "0.8 of LOAD DATA's rate"), rate(25, ONE_BY_ONE, "25 times one by one")),
        peers=(LOAD, ONE_BY_ONE)),
    row(4, "SQLite", "sqlite", targets=(rate(0.9, PREPARED, "0.9 of one statement's rate"), rate(300, ONE_BY_ONE, "300 times one by one")),
        peers=(PREPARED, ONE_BY_ONE)),
    row(5, "closure, PostgreSQL", "postgres", ("closure",), targets=(KEYS,)),
    row(5, "closure, MariaDB", "mariadb", ("closure",), targets=(KEYS,)),
    row(5, "closure, SQLite", "sqlite", ("closure",), targets=(KEYS,)),
    *(row(6, f"peak memory, {what}, {name}", f"{workload}_{database}", ("peak",), targets=(SMALL_ENOUGH,))
      for workload, what in (("small", "a million small rows"), ("large", "2,000 rows of 1 MiB"))
      for database, name in (("postgres", "PostgreSQL"), ("mariadb", "MariaDB"), ("sqlite", "SQLite"))),
    row(7, "a column by JavaScript, columnar", "postgres", ours=("script",), targets=(share(1.15, OURS, "15 % above without"),), peers=(OURS,)),
    row(8, "allocations, pages used again", "pages", ("allocations",), targets=(FEWER,), peers=(FRESH,)),
    row(8, "allocations, a whole copy", "pages_copy", ("allocations",), targets=(FEWER,), peers=(FRESH,)),
    row(9, "PostgreSQL, all into an empty database", "postgres_bulk", ("wall",),
        targets=(share(1.0, DUMP, "ahead of pg_dump into pg_restore"), share(1.0, SAMPLE, "ahead of pg_sample")), peers=(DUMP,)),
]

DIVISORS = {}
