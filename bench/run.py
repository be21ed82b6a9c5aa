#!/usr/bin/env python3
"""Measures Millrace beside its peers and prints medians, spreads and ratios. Smaller is better everywhere.

  run.py core      the loop against libuv, both Asios, libevent and libev (bench/core)
  run.py loop      the loop against its targets (bench/targets.py); exit code 1 when one is missed by more than the spread
  run.py promise   the same for promises and coroutines (bench/promise_targets.py)
  run.py observe   the same for logs (bench/observe_targets.py)
  run.py border    the same for calls between C++ and JavaScript (bench/border_targets.py)
  run.py js        the JavaScript runtime against its targets, beside Node, Bun, Deno and the engine's shell (bench/js_targets.py)
  run.py protection  what limits cost, and many runtimes in one process, against their targets (bench/protection_targets.py)
  run.py subset    copying between databases against its targets, on servers of its own (bench/subset_targets.py)
  run.py js-all    every workload of bench/js/bench.js beside the same, without a verdict
  run.py startup   `millrace -e 0` against `node -e 0`: time and peak memory

One process per measurement. The implementations take turns (A B C A B C ...), and a ratio is formed within one turn, so that a
machine that drifts or is busy for a while does so to both sides of it. Only the Python standard library is needed.
"""

import argparse
import datetime
import json
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
import border_targets
import js_targets
import observe_targets
import promise_targets
import protection_targets
import subset_runs
import subset_targets
import target_rows
import targets
from figures import OURS, Implementation, Results, answered, digits, ratio_digits, spread, spread_name

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROCESS_TIMEOUT_S = 90
FETCH_TIMEOUT_S = 240
NODE26 = "node@26.10.0"
PEERS_OF_NPM = {"bun": "bun@1.4.5", "deno": "deno@2.9.6"}  # name: package
SHELL_PACKAGE = "libjavascriptcoregtk-4.1-bin or -4.0-bin"
PEERS = {  # name: the Debian package that brings it
    "libuv": "libuv1-dev",
    "asio": "libasio-dev",
    "boost-asio": "libboost1.81-dev",
    "libevent": "libevent-dev",
    "libev": "libev-dev",
}
FLOORS = {"raw-epoll": "libc6-dev", "raw-io-uring": "liburing-dev"}
OBSERVE_PEERS = {"spdlog": "libspdlog-dev"}
PROMISE_PEERS = {"raw": "libc6-dev", "boost-future": "libboost-thread1.81-dev", "kj": "libcapnp-dev", "libuv-work": "libuv1-dev"}
TARGETS = {  # the groups that are judged
    "loop": targets,
    "promise": promise_targets,
    "observe": observe_targets,
    "border": border_targets,
    "js": js_targets,
    "protection": protection_targets,
    "subset": subset_targets,
}


# ---- What there is to run ---------------------------------------------------------------------------------------------------------


def output_of(command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PROCESS_TIMEOUT_S, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def require_ours(path):
    if not path.is_file():
        sys.exit(f"run.py: {path.name} is not in the build directory's bin/. Build first: ./dev build bench (or give --build-dir)")
    return path


def programs(bin_dir, folder, packages):
    """(name, program, its workloads) for what bench/`folder` was built into, and a line for each that was not built."""
    found, absent = [], []
    for name, package in packages.items():
        program = bin_dir / f"bench_{folder}_{name.replace('-', '_')}"
        if program.is_file():
            found.append((name, program, (output_of([program, "list"]) or "").split()))
        else:
            absent.append(f"{name}: {program.name} was not built; install {package} and configure again")
    return found, absent


def core_implementations(bin_dir, _):
    require_ours(bin_dir / f"bench_core_{OURS}")
    found, absent = programs(bin_dir, "core", {OURS: "", **PEERS})
    return [Implementation(name, [program], output_of([program, "version"]), workloads) for name, program, workloads in found], absent


def variants(bin_dir, folder, packages):
    """Every variant of every program: name@variant, where a program's default has no variant."""
    require_ours(bin_dir / f"bench_{folder}_{OURS}")
    found, absent = programs(bin_dir, folder, packages)
    implementations = []
    for name, program, workloads in found:
        version = output_of([program, "version"])
        for variant in dict.fromkeys(workload.partition("@")[2] for workload in workloads):
            mine = [w.partition("@")[0] for w in workloads if w.partition("@")[2] == variant]
            implementations.append(Implementation(f"{name}@{variant}" if variant else name, [program], version, mine))
    return implementations, absent


def loop_implementations(bin_dir, _):
    return variants(bin_dir, "core", {OURS: "", **PEERS, **FLOORS})


def observe_implementations(bin_dir, _):
    return variants(bin_dir, "observe", {OURS: "", **OBSERVE_PEERS})


def fetch(prefix, package, program):
    """The path of `program` out of npm's `package` under `prefix`, installed if it is not there yet; None when that does not work."""
    path = prefix / "node_modules" / ".bin" / program
    if not path.exists() and shutil.which("npm"):
        print(f"fetching {package} with npm", file=sys.stderr)
        command = ["npm", "install", "--prefix", prefix, "--no-audit", "--no-fund", "--loglevel=error", package]
        try:
            subprocess.run(command, capture_output=True, timeout=FETCH_TIMEOUT_S, check=False)
        except (OSError, subprocess.SubprocessError):
            pass
    return path if path.exists() else None


def node_implementations(options):
    """Every Node there is, each version once."""
    candidates = [("node on PATH", shutil.which("node"))]
    if os.environ.get("NODE26"):
        candidates.append(("node 26", os.environ["NODE26"]))
    else:
        prefix = options.build_dir / "node26"
        fetched = prefix / "node_modules" / ".bin" / "node" if options.no_fetch else fetch(prefix, NODE26, "node")
        candidates.append(("node 26", fetched))
    found, absent = [], []
    for what, program in candidates:
        version = output_of([program, "--version"]) if program else None
        if version is None:
            absent.append(f"{what}: not found (set NODE26=/path/to/node, or install npm)" if "26" in what else f"{what}: not found")
        elif version not in [node.version for node in found]:
            found.append(Implementation(f"node{version.lstrip('v').split('.')[0]}", [program], version.lstrip("v")))
    return found, absent


def startup_implementations(bin_dir, options):
    ours = require_ours(bin_dir / OURS)
    version = ", ".join((output_of([ours, "--version"]) or "").splitlines()[:2]).removeprefix(f"{OURS} ")
    nodes, absent = node_implementations(options)
    return [Implementation(OURS, [ours], version)] + nodes, absent


def shell_program():
    """The shell of the engine's package: on PATH, or beside the library where the distribution hides it."""
    hidden = sorted(pathlib.Path("/usr/lib").glob("*/webkit2gtk-4.*/jsc"))
    return shutil.which("jsc") or (hidden[-1] if hidden else None)


def js_implementations(bin_dir, options):
    """Each with the command that runs bench.js and takes a workload; what starts an empty script is its `start`."""
    (ours, *nodes), absent = startup_implementations(bin_dir, options)
    found = [(OURS, ours.command, ours.version, ["run", "--expose-gc"], [])]
    found += [(node.name, node.command, node.version, ["--expose-gc"], []) for node in nodes if node.name == "node26"]
    for name, package in PEERS_OF_NPM.items():
        prefix = options.build_dir / "peers"
        program = prefix / "node_modules" / ".bin" / name if options.no_fetch else fetch(prefix, package, name)
        version = output_of([program, "--version"]) if program else None
        if version is None:
            absent.append(f"{name}: not found (npm could not install {package})")
        else:
            run = ["run", "-A", "--quiet", "--v8-flags=--expose-gc"] if name == "deno" else []
            found.append((name, [program], version.splitlines()[0].removeprefix("deno "), run, []))
    shell = shell_program()
    if shell is None:
        absent.append(f"jsc: not found; install {SHELL_PACKAGE}")
    else:
        found.append((js_targets.JSC, [shell], "the engine's shell", [], ["--"]))
    implementations = []
    for name, program, version, run, before_arguments in found:
        command = [*program, *run, ROOT / "bench" / "js" / "bench.js", *before_arguments]
        implementation = Implementation(name, command, version, ["start", *(output_of([*command, "list"]) or "").split()])
        implementation.start = [str(part) for part in [*program, *[r for r in run if "gc" not in r], ROOT / "bench" / "js" / "empty.js"]]
        implementations.append(implementation)
    return implementations, [line for line in absent if "on PATH" not in line]


def promise_implementations(bin_dir, options):
    require_ours(bin_dir / f"bench_promise_{OURS}")
    found, absent = programs(bin_dir, "promise", {OURS: "", **PROMISE_PEERS})
    implementations = [Implementation(name, [program], output_of([program, "version"]), names) for name, program, names in found]
    nodes, no_nodes = node_implementations(options)
    for node in nodes:
        command = [*node.command, "--expose-gc", ROOT / "bench" / "promise" / "promise.js"]
        implementations.append(Implementation(node.name, command, node.version, (output_of([*command, "list"]) or "").split()))
    return implementations, absent + no_nodes


def border_implementations(bin_dir, _):
    """One program: our interface, in every variant, and the engine's C API."""
    ours = require_ours(bin_dir / "bench_js_border")
    version = output_of([ours, "version"])
    workloads = (output_of([ours, "list"]) or "").split()
    implementations = []
    for variant in dict.fromkeys(workload.partition("@")[2] for workload in workloads):
        mine = [w.partition("@")[0] for w in workloads if w.partition("@")[2] == variant]
        implementations.append(Implementation(f"{OURS}@{variant}" if variant else OURS, [ours], version, mine))
    bare = [ours, "bare"]
    engine = output_of([*bare, "version"])
    return [*implementations, Implementation(border_targets.JSC, bare, engine, (output_of([*bare, "list"]) or "").split())], []


def protection_implementations(bin_dir, _):
    """The program with limits and without, on bench.js, and the program that has many runtimes. Of each, the workloads that rows ask for."""
    program, tenants = require_ours(bin_dir / OURS), require_ours(bin_dir / "bench_js_tenants")
    version = ", ".join((output_of([program, "--version"]) or "").splitlines()[:2]).removeprefix(f"{OURS} ")
    bench = [ROOT / "bench" / "js" / "bench.js"]
    limited = [program, "run", *protection_targets.LIMITED, "--expose-gc", *bench]
    many = (output_of([tenants, "list"]) or "").split()
    found = [
        Implementation(OURS, limited, version, [*(output_of([*limited, "list"]) or "").split(), *[w for w in many if "@" not in w]]),
        Implementation(f"{OURS}@unlimited", [tenants], version, [w.partition("@")[0] for w in many if "@" in w]),
        Implementation(protection_targets.PLAIN, [program, "run", "--expose-gc", *bench], version),
    ]
    found[2].workloads = (output_of([*found[2].command, "list"]) or "").split()
    found[0].tenants = [str(tenants)]
    return found, []


def subset_implementations(bin_dir, _):
    require_ours(bin_dir / OURS)
    return subset_runs.implementations(bin_dir, output_of)


# ---- Measuring --------------------------------------------------------------------------------------------------------------------


def run_workload(command, results_on):
    """Returns (figures, None) or ([], why not). `results_on` names the stream that carries the JSON; the other one is discarded."""
    streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, results_on: subprocess.PIPE}
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, text=True, timeout=PROCESS_TIMEOUT_S, check=False, **streams)
    except subprocess.TimeoutExpired:
        return [], f"no answer within {PROCESS_TIMEOUT_S} s"
    except OSError as error:
        return [], error.strerror
    if done.returncode != 0:
        return [], f"exit code {done.returncode}"
    lines = (done.stdout if results_on == "stdout" else done.stderr).splitlines()
    figures = [json.loads(line) for line in lines if line.startswith("{")]
    return figures, None if figures else lines[-1] if lines else "no figures"


def progress(text):
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def chosen_workloads(names, options):
    chosen = [name for name in names if not options.only or any(re.search(one, name) for one in options.only)]
    if not chosen:
        sys.exit(f"run.py: no workload matches '{' '.join(options.only)}'; there are: {' '.join(names)}")
    return chosen


def measure_workloads(results, plan, command_of, results_on):
    """`plan`: which implementations run each workload."""
    for repetition in range(results.repetitions):
        for workload, implementations in plan.items():
            for implementation in implementations:
                progress(f"{repetition + 1}/{results.repetitions} {workload} {implementation.name}")
                figures, failure = run_workload(command_of(implementation, workload), results_on)
                if failure:
                    results.failures.append(f"{implementation.name} {workload}, repetition {repetition + 1}: {failure}")
                for f in figures:
                    results.add(repetition, implementation, f["workload"], f["metric"], f["unit"], f["value"])
    progress("")


def measure_core(results, options):
    names = [name for name in results.implementations[0].workloads if "@" not in name]
    plan = {name: [i for i in results.implementations if name in i.workloads] for name in chosen_workloads(names, options)}
    measure_workloads(results, plan, lambda i, w: i.command + [w, str(options.divide)], "stdout")


def measure_targets(results, options):
    group = TARGETS[results.group]
    rows = target_rows.measured_rows(results, group.ROWS, options.only)
    if not rows:
        sys.exit(f"run.py: no row matches '{' '.join(options.only)}'; give a number or a part of a name of bench/{group.__name__}.py")

    def command_of(implementation, workload):
        variant = implementation.name.partition("@")[2]
        divide = options.divide * group.DIVISORS.get(workload, 1)
        return implementation.command + [f"{workload}@{variant}" if variant else workload, str(divide)]

    measure_workloads(results, target_rows.plan(rows), command_of, "stdout")


def measure_js(results, options):
    rows = target_rows.measured_rows(results, js_targets.ROWS, options.only)
    if not rows:
        sys.exit(f"run.py: no row matches '{' '.join(options.only)}'; give a number or a part of a name of bench/js_targets.py")
    plan = target_rows.plan(rows)
    if implementations := plan.pop("start", None):
        measure_start(results, implementations)
    measure_workloads(results, plan, lambda i, w: [*i.command, w, str(options.divide)], "stderr")


def measure_protection(results, options):
    rows = target_rows.measured_rows(results, protection_targets.ROWS, options.only)
    if not rows:
        sys.exit(f"run.py: no row matches '{' '.join(options.only)}'; give a number or a part of a name of bench/protection_targets.py")
    plan = target_rows.plan(rows)
    scripts = {workload: who for workload, who in plan.items() if any(i.name == protection_targets.PLAIN for i in who)}
    measure_workloads(results, scripts, lambda i, w: [*i.command, w, str(options.divide)], "stderr")

    def many(implementation, workload):
        variant = implementation.name.partition("@")[2]
        command = getattr(implementation, "tenants", implementation.command)
        return [*command, f"{workload}@{variant}" if variant else workload, str(options.divide)]

    measure_workloads(results, {w: who for w, who in plan.items() if w not in scripts}, many, "stdout")


def measure_subset(results, options):
    rows = target_rows.measured_rows(results, subset_targets.ROWS, options.only)
    if not rows:
        sys.exit(f"run.py: no row matches '{' '.join(options.only)}'; give a number or a part of a name of bench/subset_targets.py")
    subset_runs.measure(results, target_rows.plan(rows), options, progress)


def measure_js_all(results, options):
    names = [name for name in results.implementations[0].workloads if name != "start"]
    plan = {name: [i for i in results.implementations if name in i.workloads] for name in chosen_workloads(names, options)}
    measure_workloads(results, plan, lambda i, w: [*i.command, w, str(options.divide)], "stderr")


def spawn_and_wait(command):
    """Wall seconds, CPU seconds, peak resident MiB and exit code of one process."""
    quiet = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)]
    start = time.perf_counter()
    pid = os.posix_spawn(command[0], command, os.environ, file_actions=quiet)
    guard = threading.Timer(PROCESS_TIMEOUT_S, os.kill, (pid, signal.SIGKILL))
    guard.start()
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - start
    guard.cancel()
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)


def least_peak():
    """The kernel counts what this script held when it started the child into the child's peak."""
    return f"{spawn_and_wait([shutil.which('true')])[2]:.1f} MiB (the measuring script's own)"


def measure_starts(results, workload, commands, turns):
    """`turns` starts for each repetition, of which the median counts."""
    for repetition in range(-1, results.repetitions):  # the first turn only fills the page cache
        taken = {implementation: [] for implementation, _ in commands}
        for _ in range(turns if repetition >= 0 else 1):
            for implementation, command in commands:
                progress(f"{max(repetition + 1, 0)}/{results.repetitions} {implementation.name} {workload}")
                *figures, code = spawn_and_wait(command)
                if code != 0:
                    results.failures.append(f"{implementation.name} {workload}: exit code {code}")
                elif repetition >= 0:
                    taken[implementation].append(figures)
        for implementation, starts in taken.items():
            if not starts:
                continue
            wall, cpu, peak = (statistics.median(values) for values in zip(*starts))
            results.add(repetition, implementation, workload, "time", "ms", wall * 1000)
            results.add(repetition, implementation, workload, "cpu", "ms", cpu * 1000)
            results.add(repetition, implementation, workload, "peak_memory", "MiB", peak)
    progress("")


def measure_start(results, implementations):
    results.facts["least peak memory that can be seen"] = least_peak()
    measure_starts(results, "start", [(i, i.start) for i in implementations], 5)


def measure_startup(results, _):
    results.facts["least peak memory that can be seen"] = least_peak()
    measure_starts(results, "-e 0", [(i, [*i.command, "-e", "0"]) for i in results.implementations], 1)


GROUPS = {  # name: (title, repetitions, what there is to run, how to measure it)
    "core": ("The loop", 5, core_implementations, measure_core),
    "loop": ("The loop against its targets", 5, loop_implementations, measure_targets),
    "promise": ("Promises and coroutines against their targets", 5, promise_implementations, measure_targets),
    "observe": ("Observing a program against its targets", 5, observe_implementations, measure_targets),
    "border": ("Calls between C++ and JavaScript against their targets", 5, border_implementations, measure_targets),
    "js": ("JavaScript against its targets", 3, js_implementations, measure_js),
    "protection": ("Limits and many runtimes against their targets", 3, protection_implementations, measure_protection),
    "subset": ("Copying between databases against its targets", 5, subset_implementations, measure_subset),
    "js-all": ("JavaScript", 3, js_implementations, measure_js_all),
    "startup": ("Start-up", 15, startup_implementations, measure_startup),
}

# ---- The machine ------------------------------------------------------------------------------------------------------------------


def cpu_model():
    try:
        text = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return "unknown"
    match = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return match.group(1) if match else "unknown"


def compiler(build_dir):
    try:
        cache = (build_dir / "CMakeCache.txt").read_text(encoding="utf-8")
    except OSError:
        return "unknown"

    def entry(name):
        match = re.search(rf"^{name}:\w+=(.*)$", cache, re.MULTILINE)
        return match.group(1) if match else ""

    version = (output_of([entry("CMAKE_CXX_COMPILER"), "--version"]) or "unknown").splitlines()[0]
    return f"{version}, {entry('CMAKE_CXX_FLAGS_RELEASE')}"


def load_average():
    load = os.getloadavg()[0]
    busy = load > (os.cpu_count() or 1) / 2
    return f"{load:.2f}" + (": others were using the machine, so absolute figures are too high and spreads wide" if busy else "")


def machine_facts(results, options):
    facts = {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d, UTC"),
        "processor": f"{cpu_model()}, {os.cpu_count()} cores visible",
        "kernel": f"{os.uname().sysname} {os.uname().release.partition('-')[0]}",
        "compiler": compiler(options.build_dir),
        "load average at the start": load_average(),
        "repetitions": str(results.repetitions),
    }
    if options.divide != 1:
        facts["sizes"] = f"divided by {options.divide}: a quick look, not for the record"
    for i in results.implementations:
        if "@" not in i.name:
            facts[i.name] = i.version or "unknown"
    return facts


# ---- Tables -----------------------------------------------------------------------------------------------------------------------


def verdicts(results):
    """Per peer: in how many rows every ratio is below 1, above 1, or they disagree."""
    lines = []
    for peer in results.peers():
        ahead = behind = unclear = 0
        for key in results.values:
            ratios = results.ratios(key, peer)
            if not ratios:
                continue
            low, high = spread(ratios)
            if high < 1:
                ahead += 1
            elif low > 1:
                behind += 1
            else:
                unclear += 1
        lines.append(f"against {peer.name}: ahead in {ahead} rows, behind in {behind}, no clear difference in {unclear}")
    return lines


def text_tables(results):
    yield f"{GROUPS[results.group][0]}: median, {spread_name(results.repetitions)}, and {OURS}'s share of each peer's figure."
    yield "Smaller is better everywhere; a ratio below 1 means that Millrace needs less."
    for key, row in results.values.items():
        workload, metric, unit = key
        yield f"\n{workload} {metric}, {unit}"
        for implementation in results.implementations:
            values = answered(row.get(implementation.name, []))
            if not values:
                yield f"  {implementation.name:10} no answer"
                continue
            low, high = spread(values)
            line = f"  {implementation.name:10} {digits(statistics.median(values)):>9}   {digits(low):>8} .. {digits(high):<8}"
            ratios = [] if implementation.name == OURS else results.ratios(key, implementation)
            if ratios:
                low, high = spread(ratios)
                line += f"   ratio {ratio_digits(statistics.median(ratios)):>6}   {ratio_digits(low)} .. {ratio_digits(high)}"
            yield line.rstrip()


def markdown_facts(results):
    for name, value in results.facts.items():
        yield f"- {name}: {value}"
    for line in results.absent:
        yield f"- absent: {line}"


def markdown_tables(results):
    yield f"\nMedian ({spread_name(results.repetitions)}):\n"
    names = [i.name for i in results.implementations]
    yield "| workload | metric | " + " | ".join(names) + " |"
    yield "|---|---|" + "--:|" * len(names)
    for (workload, metric, unit), row in results.values.items():
        cells = []
        for name in names:
            values = answered(row.get(name, []))
            cells.append(f"{digits(statistics.median(values))} ({' .. '.join(map(digits, spread(values)))})" if values else "")
        yield f"| {workload} | {metric}, {unit} | " + " | ".join(cells) + " |"
    yield f"\nRatio {OURS} / peer, turn by turn: median ({spread_name(results.repetitions)}); bold where the whole interval is below 1:\n"
    yield "| workload | metric | " + " | ".join(f"/ {peer.name}" for peer in results.peers()) + " |"
    yield "|---|---|" + "--:|" * len(results.peers())
    for key in results.values:
        cells = []
        for peer in results.peers():
            ratios = results.ratios(key, peer)
            if not ratios:
                cells.append("")
                continue
            mark = "**" if spread(ratios)[1] < 1 else ""
            cells.append(f"{mark}{ratio_digits(statistics.median(ratios))}{mark} ({' .. '.join(map(ratio_digits, spread(ratios)))})")
        yield f"| {key[0]} | {key[1]} | " + " | ".join(cells) + " |"
    yield ""
    for line in verdicts(results):
        yield f"- {line}"


def write_markdown(results, tables, target):
    """Between the group's two markers when `target` is a file that has them; to stdout for `-`."""
    tables = "\n".join([*markdown_facts(results), *tables])
    if target == "-":
        print(tables)
        return
    begin, end = f"<!-- tables:{results.group} -->", f"<!-- /tables:{results.group} -->"
    path = pathlib.Path(target)
    text = path.read_text(encoding="utf-8") if path.exists() else f"{begin}\n{end}\n"
    if begin not in text or end not in text:
        sys.exit(f"run.py: {target} has no lines {begin} and {end} to write between")
    before, rest = text.split(begin, 1)
    path.write_text(f"{before}{begin}\n{tables}\n{end}{rest.split(end, 1)[1]}", encoding="utf-8")


def write_json(results, target):
    rows = [
        {"workload": workload, "metric": metric, "unit": unit, "values": row} for (workload, metric, unit), row in results.values.items()
    ]
    report = {"group": results.group, "facts": results.facts, "absent": results.absent, "failures": results.failures, "rows": rows}
    pathlib.Path(target).write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


# ---- The program ------------------------------------------------------------------------------------------------------------------


def positive(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def regular_expression(text):
    try:
        re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("group", choices=GROUPS)
    parser.add_argument("--reps", type=positive, metavar="N", help="repetitions (5; start-up 15)")
    parser.add_argument(
        "--only",
        type=regular_expression,
        default=[],
        nargs="+",
        metavar="REGEX",
        help="only the workloads whose name matches; for loop, promise, border, js and subset the rows, by number or by name",
    )
    parser.add_argument("--build-dir", type=pathlib.Path, default=ROOT / "build" / "bench", metavar="DIR", help="build/bench")
    parser.add_argument("--divide", type=positive, default=1, metavar="N", help="divide the sizes by N: quicker and less exact")
    parser.add_argument("--no-fetch", action="store_true", help="do not let npm install Node 26, Bun and Deno")
    parser.add_argument("--json", metavar="FILE", help="write every single value there")
    parser.add_argument("--markdown", metavar="FILE", help="write tables between the markers of FILE (bench/RESULTS.md); - for stdout")
    options = parser.parse_args()
    options.build_dir = options.build_dir.resolve()
    return options


def main():
    options = parse_options()
    _, default_repetitions, find, measure = GROUPS[options.group]
    results = Results(options.group, *find(options.build_dir / "bin", options))
    results.repetitions = options.reps or default_repetitions
    results.facts = machine_facts(results, options)
    for name, value in results.facts.items():
        print(f"{name}: {value}")
    for line in results.absent:
        print(f"absent: {line}")
    print(flush=True)
    measure(results, options)
    if options.group in TARGETS:
        rows = target_rows.measured_rows(results, TARGETS[options.group].ROWS, options.only)
        text, markdown, failed = target_rows.text_tables(rows), target_rows.markdown_tables(rows), target_rows.fails(rows)
    else:
        text, markdown, failed = [*text_tables(results), "", *verdicts(results)], markdown_tables(results), not results.values
    print("\n".join(text))
    for failure in results.failures:
        print(f"failed: {failure}")
    if options.json:
        write_json(results, options.json)
    if options.markdown:
        write_markdown(results, markdown, options.markdown)
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
