"""Random schemas, random rows, random plans: what the program copies is what the plainest reading of the plan says, row by row.

usage: property_test.py MILLRACE [--seeds N] [--server-seeds N] [--pairs sqlite-sqlite,...]
MILLRACE_SEED=<n> replays one, and says more."""
import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import random
import subprocess
import sys
import time

import support_schemas
from support_databases import Databases, Refused

RUN_LIMIT_S = 60
# A plan that asks for too much is refused in these words, and nothing else is.
REFUSALS = ("would have new numbers of both",)
REFUSED_MAX = 0.1  # of all


class Wrong(Exception):
    pass


def expect(holds, *words):
    if not holds:
        raise Wrong(" ".join(map(str, words)))


def compare(reference, target):
    source = reference.source
    written = [place for place in range(len(source.tables)) if reference.written(place)]
    read = target.read([(source.tables[place].name, list(source.tables[place].columns)) for place in written])
    have = {place: [tuple(row) for row in rows] for place, rows in zip(written, read)}
    numbers = {}
    for place in written:
        table = source.tables[place]
        columns = list(table.columns)
        at = columns.index(table.v)
        rows_of = {table.rows[row][table.v]: row for row in reference.chosen[place]}
        counts = collections.Counter(row[at] for row in have[place])
        lost, more = set(rows_of) - set(counts), set(counts) - set(rows_of)
        expect(not lost and not more and all(count == 1 for count in counts.values()),
               f"{table.name!r}: rows by {table.v!r}: lost {sorted(lost)[:5]}, not asked for {sorted(more)[:5]}, of {len(rows_of)}; twice", [v for v in counts if counts[v] > 1][:5])
        if reference.mapped(place):
            key = columns.index(table.primary[0])
            numbers[place] = {rows_of[row[at]]: row[key] for row in have[place]}
            expect(len(set(numbers[place].values())) == len(numbers[place]), f"{table.name!r}: a number twice")
    for place in written:
        rows = collections.Counter(reference.rows(place, numbers))
        real = collections.Counter(have[place])
        expect(rows == real, f"{source.tables[place].name!r} {list(source.tables[place].columns)}: should be {list((rows - real))[:3]}, is {list((real - rows))[:3]}")
    expect(not (broken := target.broken()), "broken keys:", broken[:5])


def one(databases, program, pair, seed, loud=False):
    """True when the plan was copied, False when it was refused for a known reason."""
    rng = random.Random(f"{seed} {pair}")
    kinds = pair.split("-")
    source_rows = support_schemas.make_source(rng, set(kinds))
    plan = support_schemas.make_plan(rng, source_rows, with_target=kinds[0] == kinds[1])
    reference = support_schemas.Reference(source_rows, plan)
    source, target = databases.make(kinds[0]), databases.make(kinds[1])
    file = databases.folder / f"{pair}-{seed}.json"
    try:
        source.load(support_schemas.statements(source_rows, kinds[0]))
        there = [place for place, rows in enumerate(plan.rows) if rows == "target"]
        if there:
            target.load(support_schemas.statements(source_rows, kinds[1], only=there, with_keys=False))
        job = plan.job(source_rows, kinds[0])
        job |= {"page_rows": rng.choice((1, 2, 7, 50, 50_000)), "bulk": rng.random() < 0.2, "existing": rng.choice(("error", "error", "skip", "update"))}
        if any(key.gone for key in source_rows.keys):
            job["missing"] = "null"
        if any(not table.primary for table in source_rows.tables):
            job["existing"] = "error"  # rows of such a table cannot be found again
        file.write_text(json.dumps(job, ensure_ascii=False))
        if loud:
            print(support_schemas.statements(source_rows, kinds[0]), json.dumps(job, ensure_ascii=False, indent=1), sep="\n")
        done = subprocess.run([program, "subset", "copy", source.address, target.address, "--plan", str(file), "--progress", "none"],
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=RUN_LIMIT_S)
        errors = done.stderr.decode(errors="replace").strip()
        if loud:
            print(done.stdout.decode(errors="replace"), errors, sep="\n")
        if done.returncode == 1 and any(words in errors for words in REFUSALS):
            return False
        if done.returncode == 1 and any(f"{source_rows.tables[p].name}.keys: " in errors for p in plan.kept):
            expect(False, "a key that can be mapped is refused:", errors)
        expect(done.returncode == 0, "it ended with", done.returncode, errors)
        compare(reference, target)
        return True
    except (Wrong, Refused, OSError, subprocess.SubprocessError) as error:
        raise Wrong(f"{pair}: MILLRACE_SEED={seed}: {type(error).__name__}: {error}") from error
    finally:
        if not loud:
            source.drop()
            target.drop()
            file.unlink(missing_ok=True)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program")
    arguments.add_argument("--seeds", type=int, default=150)
    arguments.add_argument("--server-seeds", type=int, default=30)
    arguments.add_argument("--first", type=int, default=1)
    arguments.add_argument("--pairs", default="sqlite-sqlite,postgres-postgres,mariadb-mariadb,sqlite-postgres,sqlite-mariadb,postgres-mariadb,mariadb-postgres,postgres-sqlite,mariadb-sqlite")
    given = arguments.parse_args()
    program = str(pathlib.Path(given.program).resolve())
    pairs = given.pairs.split(",")
    replay = os.environ.get("MILLRACE_SEED")
    mistakes = []
    with Databases({kind for pair in pairs for kind in pair.split("-")}) as databases, concurrent.futures.ThreadPoolExecutor(max(1, min(4, os.cpu_count() or 1))) as pool:
        for pair in pairs:
            if reasons := {reason for kind in pair.split("-") if (reason := databases.why_not(kind))}:
                print(f"{pair}: skipped: {', '.join(reasons)}", flush=True)
                continue
            begun = time.monotonic()
            mixed = pair.split("-")[0] != pair.split("-")[1]
            count = given.seeds if pair == "sqlite-sqlite" else given.server_seeds // 3 if mixed else given.server_seeds
            seeds = [int(replay)] if replay else range(given.first, given.first + count)
            results = [pool.submit(one, databases, program, pair, seed, replay is not None) for seed in seeds]
            copied = refused = wrong = 0
            for result in results:
                try:
                    if result.result():
                        copied += 1
                    else:
                        refused += 1
                except Wrong as mistake:
                    wrong += 1
                    mistakes.append(str(mistake))
            print(f"{pair}: {copied} copied, {refused} refused, {wrong} wrong, {time.monotonic() - begun:.1f} s", flush=True)
            if not replay and refused > max(2, REFUSED_MAX * len(seeds)):
                mistakes.append(f"{pair}: {refused} of {len(seeds)} plans were refused")
    for mistake in mistakes:
        print("WRONG " + mistake, file=sys.stderr)
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
