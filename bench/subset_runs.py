"""Copies between databases, ours and the peers': what there is to run, and how it is run. Nothing here knows the targets."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import subset_servers
from figures import OURS, Implementation
from subset_servers import Failed
from subset_targets import DUMP, LOAD, ONE_BY_ONE, PIPE, PREPARED, SAMPLE

TIMEOUT_S = 600
SAMPLES = {"postgres": 200, "mariadb": 200, "sqlite": 30}  # customers; one by one takes milliseconds for each of ten rows
SMALL_PAGES = 10_000
SCRIPT = """
const shout = name => ({
  columns: [name],
  transform({ columns: { [name]: column } }) {
    for (let i = 0; i < column.length; ++i) if (column[i] !== null) column[i] = column[i].toUpperCase();
  },
});
export default { customer: shout('city'), ord: shout('note'), item: shout('note') };
"""
VARIANTS = {"": [], "rows10k": ["--page-rows", SMALL_PAGES]}


def executed(command, stdin=None):
    """Wall seconds, peak MiB, stdout and stderr of a program that has to succeed. It leaves no more than its output in files."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        start = time.perf_counter()
        process = subprocess.Popen([str(part) for part in command], stdin=stdin or subprocess.DEVNULL, stdout=out, stderr=err, text=True)
        guard = threading.Timer(TIMEOUT_S, process.kill)
        guard.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:  # nobody is to outlive this script
            process.kill()
            raise
        finally:
            guard.cancel()
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        for file in (out, err):
            file.seek(0)
        output, errors = out.read(), err.read()
    if process.returncode != 0:
        raise Failed(f"exit code {process.returncode}: {(errors.strip().splitlines() or ['nothing was said'])[-1][-300:]}")
    return wall, usage.ru_maxrss / 1024, output, errors


def copied(program, source, target, *flags):
    """Figures of one copy of ours, from its report and from when its phases began."""
    wall, peak, output, errors = executed([*program, "subset", "copy", source, target, "--json", "--progress", "json", *flags])
    report = json.loads(output.splitlines()[-1])
    began = {}
    for line in errors.splitlines():
        if line.startswith("{"):
            event = json.loads(line)
            began.setdefault(event["phase"], event["since_start_ms"])
    rows = sum(table["rows"] for table in report["tables"])
    keys = sum(table["planned"] for table in report["tables"])
    if not report["complete"] or rows == 0:
        raise Failed(f"{rows} rows were copied, complete: {report['complete']}")
    until = began["verifying"] if "--bulk" in flags else began["finishing"]
    return rows, {
        ("time", "ns/row"): (until - began["copying"]) * 1e6 / rows,
        ("rows", "ns/row"): report["copying_ms"] * 1e6 / rows,
        ("closure", "ns/key"): report["resolving_ms"] * 1e6 / max(keys, 1),
        ("wall", "ns/row"): wall * 1e9 / rows,
        ("peak", "MiB"): peak,
    }


def figures_of(output):
    lines = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    return {(line["metric"], line["unit"]): line["value"] for line in lines}


# ---- What there is to run ---------------------------------------------------------------------------------------------------------


def script_is_known(program):
    """Whether the build has transforms in JavaScript; why not."""
    with tempfile.TemporaryDirectory() as folder:
        files = subset_servers.Sqlite(pathlib.Path(folder))
        files.fill("source", 1)
        script = pathlib.Path(folder, "script.mjs")
        script.write_text(SCRIPT, encoding="utf-8")
        try:
            copied(program, files.address("source"), files.address("target"), "--root", "customer", "--script", script)
        except Failed as why:
            return str(why)
    return None


def implementations(bin_dir, output_of):
    program = [str(bin_dir / OURS)]
    version = ", ".join((output_of([*program, "--version"]) or "").splitlines()[:2]).removeprefix(f"{OURS} ")
    databases = [name for name in ("postgres", "mariadb", "sqlite") if (bin_dir / f"bench_subset_{name}").is_file()]
    absent = [f"{name}: bench_subset_{name} was not built; its client library is missing" for name in SAMPLES if name not in databases]
    absent.append(f"{SAMPLE}: no distribution has it, so nothing is compared with it")
    ours = [*databases, *(f"{size}_{name}" for size in ("small", "large") for name in databases), "pages", "pages_copy"]
    found = [Implementation(OURS, program, version, [*ours, *(["postgres_bulk"] if "postgres" in databases else [])])]
    found.append(Implementation(f"{OURS}@fresh", program, version, ["pages", "pages_copy"]))
    if "postgres" in databases:
        found.append(Implementation(f"{OURS}@rows10k", program, version, ["postgres"]))
        if why := script_is_known(program):
            absent.append(f"transforms in JavaScript: not in this build ({why})")
        else:
            found.append(Implementation(f"{OURS}@script", program, version, ["postgres"]))

    def peer(name, database, workloads, versions=None):
        if database in databases:
            path = bin_dir / f"bench_subset_{database}"
            found.append(Implementation(name, [path], versions or output_of([path, "version"]), workloads))

    peer(PIPE, "postgres", ["postgres", "postgres_bulk"])
    peer(DUMP, "postgres", ["postgres_bulk"], "of the server's package")
    peer(LOAD, "mariadb", ["mariadb"])
    peer(PREPARED, "sqlite", ["sqlite"])
    found.append(Implementation(ONE_BY_ONE, [bin_dir], "the same clients", databases))
    return found, absent


# ---- Running it -------------------------------------------------------------------------------------------------------------------


class Bench:
    """The servers, with the data in a database `source` of each; a target is made anew for each run."""

    def __init__(self, bin_dir, workloads, divide):
        self.bin_dir, self.divide = bin_dir, divide
        self.customers = max(subset_servers.CUSTOMERS // divide, max(SAMPLES.values()))
        self.rows = self.customers * (1 + subset_servers.ORDERS_EACH * (1 + subset_servers.ITEMS_EACH))
        needed = {name for name in SAMPLES if any(name in workload for workload in workloads)}
        self.servers = subset_servers.Servers(needed | ({"sqlite"} if "pages_copy" in workloads else set()))
        self.script = self.servers.folder / "script.mjs"
        self.script.write_text(SCRIPT, encoding="utf-8")

    def close(self):
        self.servers.close()

    def fill(self):
        for server in self.servers.found.values():
            server.fill("source", self.customers)

    def run(self, implementation, workload):
        """(metric, unit): value"""
        name, _, variant = implementation.name.partition("@")
        if workload == "pages":
            return figures_of(executed([self.bin_dir / "bench_subset_pages", "pages", variant or "reused"])[2])
        if workload == "pages_copy":
            files = self.servers.found["sqlite"]
            files.fresh("target", files.schema())
            command = [self.bin_dir / "bench_subset_pages", "copy", files.address("source"), files.address("target"), variant or "reused"]
            return figures_of(executed(command)[2])
        kind = next(one for one in SAMPLES if one in workload)
        server = self.servers.found[kind]
        if name == OURS:
            return self.ours(implementation, server, workload, variant)
        return self.peer(name, server, workload)

    def ours(self, implementation, server, workload, variant):
        size = workload.partition("_")[0]
        if size in ("small", "large"):
            return self.memory(implementation, server, size)
        source, target = server.address("source"), server.address("target")
        flags = [*VARIANTS.get(variant, []), *(["--script", self.script] if variant == "script" else [])]
        if workload.endswith("_bulk"):
            server.fresh("target")
            flags += ["--bulk", *(flag for table in subset_servers.TABLES for flag in ("--whole", table))]
        else:
            server.fresh("target", server.schema(), subset_servers.FIRST_NUMBER)
            flags += ["--root", "customer", "--children", "--no-create", "--keys", "map"]
        rows, figures = copied(implementation.command, source, target, *flags)
        self.check(server, rows)
        if "--keys" in flags and server.number("target", "min(ord_id)", "item") < subset_servers.FIRST_NUMBER:
            raise Failed("rows have kept their keys")
        return figures

    def memory(self, implementation, server, size):
        """Nothing else is in the target's database, and the source's is taken away again."""
        if size == "small":
            server.fill_small("plenty", subset_servers.SMALL_ROWS // self.divide)
        else:
            server.fill_large("plenty", max(subset_servers.LARGE_ROWS // self.divide, 1), subset_servers.LARGE_BYTES)
        server.fresh("target")
        figures = copied(implementation.command, server.address("plenty"), server.address("target"), "--root", size)[1]
        for database in ("plenty", "target"):
            server.fresh(database)
        return figures

    def peer(self, name, server, workload):
        keys = not workload.endswith("_bulk")
        server.fresh("target", () if name == DUMP else server.schema(keys))
        if name == DUMP:
            return self.dump(server)
        program = self.bin_dir / f"bench_subset_{server.name}"
        ends = [server.socket, "source", "target"] if server.name == "mariadb" else [server.address("source"), server.address("target")]
        what = {PIPE: "pipe", LOAD: "load", PREPARED: "prepared", ONE_BY_ONE: "rows"}[name]
        sample = [SAMPLES[server.name]] if name == ONE_BY_ONE else []
        figures = figures_of(executed([program, what, *ends, *sample])[2])
        self.check(server, None if name == ONE_BY_ONE else self.rows)
        return figures

    def dump(self, server):
        who = ["-h", server.folder, "-U", "postgres"]
        start = time.perf_counter()
        with subprocess.Popen([str(part) for part in [server.bin / "pg_dump", *who, "-Fc", "-Z0", "source"]], stdout=subprocess.PIPE) as dump:
            executed([server.bin / "pg_restore", *who, "-d", "target"], dump.stdout)
        if dump.returncode != 0:
            raise Failed(f"pg_dump: exit code {dump.returncode}")
        wall = time.perf_counter() - start
        self.check(server, self.rows)
        return {("wall", "ns/row"): wall * 1e9 / self.rows}

    def check(self, server, rows):
        """Who is fast because rows are missing is not fast."""
        if rows is None:
            return
        there = sum(server.number("target", "count(*)", table) for table in subset_servers.TABLES)
        if there != rows or rows != self.rows:
            raise Failed(f"{rows} rows were copied, the target has {there}, the source {self.rows}")


def measure(results, plan, options, progress):
    """`plan`: which implementations run each workload. What is measured by its peak memory takes minutes, and runs once."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the servers have to end, too
    bench = Bench(options.build_dir / "bin", plan, options.divide)
    try:
        bench.fill()
        results.absent += bench.servers.absent
        for server in bench.servers.found.values():
            results.facts[f"server, {server.name}"] = server.version
        results.facts["rows"] = f"{bench.rows:,} in three tables"
        missing = [name for name in SAMPLES if name not in bench.servers.found]
        for implementation in results.implementations:  # what nobody can run is not missed
            implementation.workloads = [w for w in implementation.workloads if not any(name in w for name in missing)]
        for repetition in range(results.repetitions):
            for workload, who in plan.items():
                once = workload.startswith(("small", "large"))
                if any(name in workload for name in missing) or (once and repetition > 0):
                    continue
                for implementation in who:
                    progress(f"{repetition + 1}/{results.repetitions} {workload} {implementation.name}")
                    try:
                        figures = bench.run(implementation, workload)
                    except (Failed, OSError, KeyError, ValueError) as why:
                        results.failures.append(f"{implementation.name} {workload}, repetition {repetition + 1}: {why}")
                        continue
                    for (metric, unit), value in figures.items():
                        results.add(repetition, implementation, workload, metric, unit, value)
    finally:
        bench.close()
    progress("")
