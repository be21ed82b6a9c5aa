#!/usr/bin/env python3
"""Runs the hostile programs of the folders beside this file in a sandbox and checks how each ends:

    run_sandboxed.py [--no-jit] [--list] BINARY [FILTER]

FILTER is a part of a program's path, such as `time/` or `memory/timers`. README.md tells what a program's header says. Prints a line for each
failure and a last line `hostile: N passed, N failed`; exit code 1 when one failed or none ran.

--no-jit  the engine interprets everything
--list    prints the programs with their outcomes and runs nothing

Environment, all in the unit that the name ends in:
HOSTILE_JOBS        programs at a time (2)
HOSTILE_MARGIN_MS   what a busy machine may add to the end of a program (200); builds with sanitizers take more
HOSTILE_TIMEOUT_S   a program that runs longer than this hangs, and is killed (60)
"""
import concurrent.futures
import json
import os
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
PREFIX = "millrace: stopped by the limit "
STOPPED = 124                                    # the exit status of a program that a limit ended
PROMPT_S, REGEXP_S = 0.1, 1.0                    # how late a limit of time may act: everywhere, and inside a regular expression
STRICT = {"wall_time": 1.0, "cpu_time": 1.0, "output": 1 << 20}  # of the strict default, what is measured here
ROOMY = "30s"
REPORT_BYTES = 4096                              # what the host itself says does not count as the program's output
LIMITS = {"wall_time", "cpu_time", "heap", "output", "killed"}
SANITIZER = re.compile(r"(?:ERROR|WARNING|SUMMARY): \w+Sanitizer|runtime error: ")

JOBS = int(os.environ.get("HOSTILE_JOBS", "2"))
MARGIN_S = int(os.environ.get("HOSTILE_MARGIN_MS", "200")) / 1000
TIMEOUT_S = float(os.environ.get("HOSTILE_TIMEOUT_S", "60"))


class BadHeader(Exception):
    pass


def seconds(text):
    match = re.fullmatch(r"(\d+)(ms|s)", text)
    if not match:
        raise BadHeader(f"not a duration: {text}")
    return int(match[1]) / (1000 if match[2] == "ms" else 1)


def size(text):
    match = re.fullmatch(r"(\d+)(B|KiB|MiB)", text)
    if not match:
        raise BadHeader(f"not a size: {text}")
    return int(match[1]) << {"B": 0, "KiB": 10, "MiB": 20}[match[2]]


class Program:
    """A file, and what the comments at its beginning say about its end."""

    def __init__(self, file):
        self.file = file
        self.name = str(file.relative_to(HERE))
        lines = file.read_text().split("\n")
        self.attack = lines[0].removeprefix("// ")
        header = {}
        for line in lines[1:8]:
            found = re.match(r"// (outcome|says|slow|policy|before): (.*)", line)
            if not found:
                break
            if found[1] in header:
                raise BadHeader(f"{self.name}: says '{found[1]}' twice")
            header[found[1]] = found[2]
        if not lines[0].startswith("// ") or "outcome" not in header:
            raise BadHeader(f"{self.name}: does not begin with what it attacks and '// outcome: ...'")
        limits = json.loads(header.get("policy", "{}"))
        self.limit_s = {name: seconds(limits[name]) if name in limits else STRICT[name] for name in ("wall_time", "cpu_time")}
        self.output_bytes = size(limits["output"]) if "output" in limits else STRICT["output"]
        self.before_s = seconds(header.get("before", "0ms"))
        self.slow = header.get("slow") == "regexp"
        self.says = header.get("says")
        self.outcome = header["outcome"]
        self.kind, _, rest = self.outcome.partition(" ")
        self.limits = set(rest.split("|")) if self.kind == "limit" else set()
        self.status = {"limit": STOPPED, "output": 0}.get(self.kind)
        if self.kind == "error":
            self.status = int(rest)
        if self.status is None or not self.limits <= LIMITS or (self.says is not None and self.kind != "error"):
            raise BadHeader(f"{self.name}: cannot read the outcome '{self.outcome}'")
        # A machine that is busy must not end a program whose end is another.
        self.policy = limits if self.ends_by_time() else {"wall_time": ROOMY, **limits}
        expected = file.with_suffix(".out")
        self.expected = expected.read_text() if expected.exists() else None
        if self.kind == "output" and self.expected is None:
            raise BadHeader(f"{self.name}: has no {expected.name} beside it")

    def ends_by_time(self):
        return bool(self.limits & {"wall_time", "cpu_time"})

    def time_limit_s(self):
        """When a program that a limit of time ends must have ended, the host's start apart. None: something else ends it."""
        if not self.ends_by_time():
            return None
        limit = max(self.limit_s[name] for name in self.limits if name in self.limit_s)
        return self.before_s + limit + (REGEXP_S if self.slow else PROMPT_S)


class Ending:
    """How a program ended. `status` is None when it hung."""

    def __init__(self, binary, program, environment):
        command = [binary, "run", "--sandbox" + (f"={json.dumps(program.policy)}" if program.policy else ""), str(program.file)]
        # Files, not pipes: a program that writes without an end must not wait for us, and what it starts must not keep us.
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            started = time.monotonic()
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=environment, start_new_session=True)
            hung = threading.Timer(TIMEOUT_S, os.killpg, (process.pid, signal.SIGKILL))
            hung.start()
            _, status, used = os.wait4(process.pid, 0)
            self.took_s = time.monotonic() - started
            hung.cancel()
            process.returncode = os.waitstatus_to_exitcode(status)  # or its destructor would wait for another process of that number
            self.status = None if self.took_s >= TIMEOUT_S else process.returncode
            self.computed_s = used.ru_utime + used.ru_stime
            for stream in (out, err):
                stream.seek(0)
            self.bytes = os.fstat(out.fileno()).st_size + os.fstat(err.fileno()).st_size
            self.out = out.read(4 << 20).decode(errors="replace")
            self.err = err.read(4 << 20).decode(errors="replace")


def check(program, end, start_s):
    """What is wrong with this ending, or None; and whether it is only late."""
    if end.status is None:
        return f"hung: killed after {TIMEOUT_S:g} s", False
    if end.status < 0:
        return f"died of {signal.Signals(-end.status).name}", False
    if found := SANITIZER.search(end.err):
        return f"a sanitizer complains: {end.err[found.start():].splitlines()[0]}", False
    reports = [line for line in end.err.splitlines() if line.startswith(PREFIX)]
    if end.status != program.status:
        said = (reports or end.err.strip().splitlines() or ["nothing"])[0]
        return f"exit status {end.status} where {program.status} is expected; standard error: {said[:300]}", False
    if program.kind == "limit":
        if len(reports) != 1:
            return f"{len(reports)} reports of a limit on standard error, where 1 is expected", False
        limit = reports[0].removeprefix(PREFIX).split(" ")[0]
        if limit not in program.limits:
            return f"stopped by {limit} where {'|'.join(sorted(program.limits))} is expected: {reports[0][:300]}", False
    elif reports:
        return f"stopped by a limit: {reports[0][:300]}", False
    if program.says is not None and program.says not in end.err:
        return f"the error does not say '{program.says}': {end.err[:500]}", False
    if program.expected is not None and end.out != program.expected:
        return "other output:\n    expected: " + repr(program.expected[:1500]) + "\n    printed:  " + repr(end.out[:1500]), False
    if end.bytes > program.output_bytes + REPORT_BYTES:
        return f"{end.bytes} bytes of output where {program.output_bytes} are allowed", False
    limit_s = program.time_limit_s()
    # Where only the processor's time is limited, a machine that is shared may take as long as it likes.
    took_s = end.computed_s if program.limits == {"cpu_time"} else end.took_s
    if limit_s is not None and took_s > limit_s + start_s + MARGIN_S:
        return (f"ended after {took_s * 1000:.0f} ms, where {limit_s * 1000:.0f} are allowed, and {start_s * 1000:.0f} for the start, and "
                f"{MARGIN_S * 1000:.0f} for the machine"), True
    return None, False


def start_time(binary, environment):
    """What an empty program takes: the host's start and end, under the same load as the programs'."""
    with tempfile.TemporaryDirectory(dir=HERE) as folder:
        file = pathlib.Path(folder) / "empty.js"
        file.write_text("// Nothing.\n// outcome: output\n")
        file.with_suffix(".out").write_text("")
        program = Program(file)
        endings = parallel(lambda _: Ending(binary, program, environment), range(7))
    if any(end.status != 0 for end in endings):
        sys.exit(f"cannot run an empty program: exit status {endings[0].status}, {endings[0].err[:300]}")
    return statistics.median(end.took_s for end in endings)


def parallel(function, items):
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        return list(pool.map(function, items))


def main():
    options = [argument for argument in sys.argv[1:] if argument.startswith("--")]
    rest = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    if not 1 <= len(rest) <= 2 or not set(options) <= {"--no-jit", "--list"}:
        sys.exit(__doc__)
    binary, wanted = str(pathlib.Path(rest[0]).resolve()), rest[1] if len(rest) == 2 else ""
    files = sorted(file for pattern in ("*/*.js", "*/*.mjs") for file in HERE.glob(pattern) if file.parent.name != "fixtures")
    try:
        programs = [program for program in map(Program, files) if wanted in program.name]
    except (BadHeader, ValueError) as error:
        sys.exit(str(error))
    if "--list" in options:
        for program in programs:
            print(f"{program.name}: {program.outcome}: {program.attack}")
        return
    environment = {**os.environ, "HOSTILE_SECRET": "the host's own"}  # what no program may see
    if "--no-jit" in options:
        environment.update(JSC_useJIT="0", JSC_useRegExpJIT="0")
    start_s = start_time(binary, environment)

    def judge(program):
        return check(program, Ending(binary, program, environment), start_s)

    failed = 0
    for program, (problem, late) in zip(programs, parallel(judge, programs)):
        # A busy machine makes a program late once; a limit that is not kept makes it late every time. So it is asked once more, alone.
        if late:
            problem, _ = judge(program)
        if problem:
            failed += 1
            print(f"FAILED {program.name}: {problem}")
    print(f"hostile: {len(programs) - failed} passed, {failed} failed (the start takes {start_s * 1000:.0f} ms)")
    sys.exit(1 if failed or not programs else 0)


main()
