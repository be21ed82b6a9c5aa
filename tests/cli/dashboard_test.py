#!/usr/bin/env python3
"""The dashboard of the program, asked as a script would ask: the address it prints, the token, what ends it, what it costs who does not want it.
usage: dashboard_test.py MILLRACE"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

MILLRACE = pathlib.Path(sys.argv[1]).resolve()
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "MILLRACE_DASHBOARD_TOKEN"}
WAIT_S = 60
checks = 0


def check(condition, what):
    global checks
    if not condition:
        raise AssertionError(what)
    checks += 1


def run(*arguments, environment=None, timeout=WAIT_S):
    return subprocess.run([MILLRACE, *arguments], capture_output=True, text=True, timeout=timeout, env=ENVIRONMENT | (environment or {}))


class Program:
    def __init__(self, *arguments, environment=None):
        self.process = subprocess.Popen([MILLRACE, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                        env=ENVIRONMENT | (environment or {}))
        self.line = self.process.stderr.readline()
        found = re.fullmatch(r"millrace: dashboard at (http://(\S+)/)#token=(\S+)\n", self.line)
        check(found, f"the first line is the address: {self.line!r}")
        self.base, self.host, self.token = found.groups()

    def ask(self, path, token=None, headers=None):
        request = urllib.request.Request(self.base + path, headers={"Authorization": f"Bearer {token or self.token}"} | (headers or {}))
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.read().decode()

    def snapshot_when(self, condition, what):
        until = time.monotonic() + WAIT_S
        while True:
            snapshot = json.loads(self.ask("api/snapshot"))
            if condition(snapshot):
                return snapshot
            check(time.monotonic() < until, f"waited too long until {what}: {json.dumps(snapshot)[:3000]}")
            time.sleep(0.05)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()


def status_of(question):
    try:
        question()
    except urllib.error.HTTPError as error:
        return error.code
    return 200


def who_does_not_want_it():
    linked = subprocess.run(["ldd", MILLRACE], capture_output=True, text=True, check=True).stdout
    for library in ("libssl", "httplib", "brotli"):  # libcrypto is what crypto.subtle computes with
        check(library not in linked, f"{library} is loaded at every start:\n{linked}")
    maps = run("-e", "console.log(require('fs').readFileSync('/proc/self/maps', 'utf8'))").stdout
    check("libjavascriptcoregtk" in maps and "libssl" not in maps and "millrace_dashboard" not in maps, "a plain run loads none of it")


def ends_with_the_program():
    began = time.monotonic()
    ended = run("--dashboard", "-e", "setTimeout(() => console.log('done'), 50)")
    check(ended.returncode == 0 and ended.stdout == "done\n", f"it runs as ever: {ended}")
    check(len(re.findall("dashboard at", ended.stderr)) == 1, f"the address is told once: {ended.stderr}")
    check(time.monotonic() - began < 30, "the dashboard does not keep it alive")
    failed = run("--dashboard", "-e", "process.exitCode = 3; setTimeout(() => { throw new Error('boom') }, 10)")
    check(failed.returncode == 1 and "Error: boom" in failed.stderr, f"an uncaught error is told as ever: {failed}")
    with Program("--dashboard", "-e", "setTimeout(() => {}, 600); process.on('exit', () => console.error('bye'))") as program:
        request = urllib.request.Request(program.base + "api/events", headers={"Authorization": f"Bearer {program.token}"})
        with urllib.request.urlopen(request, timeout=30) as stream:
            told = stream.read().decode()  # until the program ends it
        check(told.startswith("event: hello\ndata: {") and told.endswith("event: end\ndata: {}\n\n"), f"the end is told: {told[-300:]}")
        check('"message":"bye"' in told, "the last words of the program are in the last frame")
        check(program.process.wait(WAIT_S) == 0, "and it ended")


def what_it_tells():
    with Program("--dashboard", "--profile=web", "-e",
                 "setInterval(() => {}, 5); setTimeout(() => { throw new Error('boom') }, 20); console.warn('careful')") as program:
        check(status_of(lambda: program.ask("api/snapshot", token="0" * 32)) == 401, "a wrong token is refused")
        check(status_of(lambda: program.ask("", headers={"Host": "evil.example"})) == 421, "a stranger's name is refused")
        snapshot = program.snapshot_when(lambda s: s["frame"] and s["frame"]["sequence"] > 2 and s["frame"]["errors"]["total"] > 1, "errors are told")
        errors = snapshot["frame"]["errors"]["listed"]
        boom = [one for one in errors if "boom" in one["message"]]
        check(len(boom) == 1 and re.fullmatch(r"[0-9a-f-]{36}", boom[0]["correlation_id"]), f"an uncaught error has an id: {errors}")
        check(any(one["message"] == "careful" and one["category"] == "standard error" for one in errors), f"what is written there: {errors}")
        check(snapshot["title"] == "millrace -e" and f"process {program.process.pid}" in snapshot["details"], "what runs")
        check(snapshot["frame"]["memory"]["heap_used_bytes"] > 0, "the heap is known in the profile web, too")
        check([(one["kind"], one["delay_s"]) for one in snapshot["frame"]["handles"]["listed"] if one["referenced"]] == [("interval", 0.005)],
              f"its timers are told: {snapshot['frame']['handles']}")
        check(re.search(r'^millrace_loop_tasks_total\{kind="timer"\} \d+$', program.ask("metrics"), re.M), "metrics")
        check(re.search(r'^millrace_js_callbacks_total\{kind="timer"\} [1-9]\d*$', program.ask("metrics"), re.M), "and those of JavaScript")
    with Program("--dashboard", "--log-json", "--log=error", "--profile=web", "-e",
                 "setInterval(() => {}, 1000); setTimeout(() => { throw new Error('boom') }, 20)") as program:
        boom = program.snapshot_when(lambda s: s["frame"]["errors"]["total"] > 0, "the error is told")["frame"]["errors"]["listed"][0]
        program.process.terminate()
        logged = [json.loads(line) for line in program.process.stderr.read().splitlines() if line.startswith("{")]
        check([one["correlation_id"] for one in logged if one["category"] == "javascript"] == [boom["correlation_id"]],
              f"the log has the same id: {logged} {boom}")


def where_it_is_stuck():
    with Program("--dashboard", "-e",  # not even in a callback
                 "function spin() { const end = Date.now() + 8000; while (Date.now() < end); }\nspin();") as program:
        stuck = program.snapshot_when(lambda s: s["stall"], "the stall is seen")
        check(stuck["stall"]["stack"], f"with a stack: {stuck}")
        check(any(frame.startswith("spin (") for frame in stuck["stall"]["script_stack"]), f"and that of JavaScript: {stuck}")
        program.snapshot_when(lambda s: not s["responding"], "the page says that nobody answers")


def where_to_listen():
    with Program("--dashboard=0", "-e", "setTimeout(() => {}, 60000)") as program:
        port = program.host.split(":")[1]
        taken = run(f"--dashboard={port}", "-e", "0")
        check(taken.returncode == 1 and "bind" in taken.stderr, f"a port that is taken: {taken}")
    for arguments, code, words in (
            (("--dashboard=65536",), 2, "no port"), (("--dashboard=x",), 2, "no port"),
            (("--dashboard-address", "127.0.0.2"), 2, "add --dashboard"),
            (("--dashboard", "--dashboard-address", "0.0.0.0"), 1, "--dashboard-token"),
            (("--dashboard", "--dashboard-address", "example.org"), 1, "not an IPv4 or IPv6 address"),
            (("--dashboard", "--dashboard-token", "short"), 1, "16 characters")):
        refused = run(*arguments, "-e", "console.log('ran')")
        check(refused.returncode == code and words in refused.stderr and refused.stdout == "", f"{arguments}: {refused}")
    token = "a-token-of-this-test"
    with Program("--dashboard", "--dashboard-address", "127.0.0.2", "-e",
                 "console.log(String(process.env.MILLRACE_DASHBOARD_TOKEN)); setTimeout(() => {}, 60000)",
                 environment={"MILLRACE_DASHBOARD_TOKEN": token}) as program:
        check(program.token == token and program.host.startswith("127.0.0.2:"), f"address and token: {program.line}")
        check(program.process.stdout.readline() == "undefined\n", "the program does not see the token")
        check(status_of(lambda: program.ask("api/snapshot")) == 200, "it answers there")
    check("--dashboard" in run("run", "--help").stdout, "the help names it")


def without_the_module():
    with tempfile.TemporaryDirectory() as folder:
        alone = pathlib.Path(folder) / "bin" / "millrace"
        alone.parent.mkdir()
        shutil.copy2(MILLRACE, alone)
        refused = subprocess.run([alone, "--dashboard", "-e", "0"], capture_output=True, text=True, timeout=WAIT_S, env=ENVIRONMENT)
        check(refused.returncode == 1 and "libmillrace_dashboard.so is missing" in refused.stderr, f"{refused}")
        plain = subprocess.run([alone, "-e", "console.log(1)"], capture_output=True, text=True, timeout=WAIT_S, env=ENVIRONMENT)
        check(plain.returncode == 0 and plain.stdout == "1\n", f"it is not needed otherwise: {plain}")


for test in (who_does_not_want_it, ends_with_the_program, what_it_tells, where_it_is_stuck, where_to_listen, without_the_module):
    try:
        test()
    except (AssertionError, OSError, subprocess.SubprocessError, KeyError, IndexError, TypeError) as failure:
        sys.exit(f"FAILED {test.__name__}: {failure!r}")
print(f"{checks} checks passed")
