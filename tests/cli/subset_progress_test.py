#!/usr/bin/env python3
"""The bar of `millrace subset copy`, as a terminal shows it: one line, never wider than the window, drawn over without flicker, gone in the end.
usage: subset_progress_test.py MILLRACE"""
import fcntl
import os
import pathlib
import pty
import re
import sqlite3
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import unicodedata

MILLRACE = pathlib.Path(sys.argv[1]).resolve()
ENVIRONMENT = {"PATH": os.environ.get("PATH", ""), "TERM": "xterm-256color"} | {
    key: value for key, value in os.environ.items() if key.endswith("SAN_OPTIONS")}
ROWS = 40_000
LONG = "a_table_whose_name_is_longer_than_any_window_that_somebody_copies_in_and_still_goes_on_until_its_very_end"
WIDE = "客户订单与地址的历史记录表格"
MARKS = "re\u0301fe\u0301rence_des_commandes_annule\u0301es"
DRAWN = re.compile(rb"\r([^\r\n\x1b]*)\x1b\[K")
checks = 0


def check(condition, what):
    global checks
    if not condition:
        raise AssertionError(what)
    checks += 1


def columns_of(text):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def make_source(path):
    database = sqlite3.connect(path)
    for table in ("plain", LONG, WIDE, MARKS, "escape\x1b[31m\ttable"):
        database.execute(f'CREATE TABLE "{table}" (id INTEGER PRIMARY KEY, text TEXT)')
        database.execute(f'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS}) INSERT INTO "{table}" SELECT i, \'text\' FROM n')
    database.commit()
    database.close()


def copy_on_terminal(source, target, width, environment=ENVIRONMENT, *arguments):
    """What the terminal got, and what went to standard output."""
    terminal, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    tables = ["--whole", "plain", LONG, WIDE, MARKS, "escape\x1b[31m\ttable"]
    process = subprocess.Popen([MILLRACE, "subset", "copy", source, target, "--page-rows", "1000", *arguments, *tables],
                               stdout=subprocess.PIPE, stderr=inner, env=environment)
    os.close(inner)
    got = []

    def read():
        while True:
            try:
                piece = os.read(terminal, 1 << 16)
            except OSError:  # what Linux answers once nobody holds the other end
                return
            if not piece:
                return
            got.append(piece)

    reader = threading.Thread(target=read)
    reader.start()
    report = process.communicate(timeout=100)[0]
    reader.join(timeout=20)
    os.close(terminal)
    check(process.returncode == 0, f"exit code {process.returncode}: {b''.join(got)!r}")
    return b"".join(got), report


def lines_in(terminal):
    """Each state of the line. Nothing else may be there: no line break, no other sequence, so nothing that scrolls or flickers."""
    rest = DRAWN.sub(b"", terminal)
    check(rest == b"", f"nothing but one line that is drawn over: {rest[:300]!r}")
    return [line.decode() for line in DRAWN.findall(terminal)]


def a_window_of(width, folder, source):
    terminal, report = copy_on_terminal(source, folder / f"{width}.db", width)
    lines = lines_in(terminal)
    check(lines[-1] == "", "in the end the line is empty, for the report")
    check(b"Every row" in report or b"no foreign keys" in report, f"the report goes to standard output: {report!r}")
    check(b"\x1b" not in terminal.replace(b"\x1b[K", b""), "names do not move the cursor")
    for line in lines:
        check(columns_of(line) < width, f"{columns_of(line)} columns of {width}: {line!r}")
        check(line.isprintable(), f"a letter that is none: {line!r}")
    for line, after in zip(lines, lines[1:]):
        check(line != after, f"drawn again for nothing: {line!r}")
    copying = [line for line in lines if "%" in line]
    check(len(copying) >= 5, f"rows were copied: {lines}")
    shares = [int(re.search(r"(\d+)%", line)[1]) for line in copying]
    check(shares == sorted(shares), f"the share of all never shrinks: {shares}")
    check(width < 20 or any(" left" in line for line in copying), f"how long it takes: {copying}")
    return copying


def widths(folder, source):
    wide = a_window_of(200, folder, source)
    full = re.compile(r"\[#*\.*\] \d+%  [\d,]+ of 200,000 rows  [\d,]+/s  (<1|\d+) s left  (\S+)  \d+%  [\d,]+ of 40,000  (<1|\d+) s left")
    check(any(full.fullmatch(line) for line in wide), f"all of it, per table and in all: {wide[:10]}")
    names = {match[2] for match in map(full.fullmatch, wide) if match}
    check({"plain", WIDE} <= names, f"names of all letters: {names}")
    usual = a_window_of(80, folder, source)
    check(any(re.search(r"a_ta\S*\.\.\S*_end|a_t\S*\.\.\S*nd", line) for line in usual), f"long names are cut in the middle: {usual}")
    check(not any(LONG in line for line in usual), "and do fit")
    narrow = a_window_of(40, folder, source)
    check(any("plain" in line for line in narrow), f"a narrow window still says which table: {narrow}")
    a_window_of(12, folder, source)


def without_a_terminal(folder, source):
    done = subprocess.run([MILLRACE, "subset", "copy", source, folder / "pipe.db", "--whole", "plain"], capture_output=True, env=ENVIRONMENT, timeout=100)
    check(b"\x1b" not in done.stderr and b"\r" not in done.stderr, f"a pipe gets lines: {done.stderr!r}")
    check(done.stderr.startswith(b"millrace: planning\n"), f"that say who speaks: {done.stderr!r}")
    dumb, _ = copy_on_terminal(source, folder / "dumb.db", 80, ENVIRONMENT | {"TERM": "dumb"})
    check(b"\x1b" not in dumb and b"millrace: verifying" in dumb, f"as does a terminal that cannot draw: {dumb!r}")
    plain, _ = copy_on_terminal(source, folder / "no_color.db", 80, ENVIRONMENT | {"NO_COLOR": "1"})
    check(not re.search(rb"\x1b\[[\d;]*m", plain), "NO_COLOR: there are none")
    logged, _ = copy_on_terminal(source, folder / "log.db", 80, ENVIRONMENT | {"NO_COLOR": "1"}, "--log=info")
    check(b"\x1b[K" not in logged and b"copied" in logged, f"a log has the terminal to itself: {logged!r}")


def an_error_has_its_own_line(folder, source):
    database = sqlite3.connect(folder / "refuses.db")
    database.execute("CREATE TABLE plain (id INTEGER PRIMARY KEY, text TEXT CHECK (id < 30000))")
    database.commit()
    database.close()
    terminal, inner = pty.openpty()
    process = subprocess.Popen([MILLRACE, "subset", "copy", source, folder / "refuses.db", "--whole", "plain", "--page-rows", "1000"],
                               stdout=subprocess.PIPE, stderr=inner, env=ENVIRONMENT)
    os.close(inner)
    got = b""
    while True:
        try:
            piece = os.read(terminal, 1 << 16)
        except OSError:
            break
        if not piece:
            break
        got += piece
    process.communicate(timeout=60)
    os.close(terminal)
    check(process.returncode == 1, f"exit code {process.returncode}")
    check(b"\r\x1b[Kmillrace: " in got, f"the bar is gone before: {got[-500:]!r}")


with tempfile.TemporaryDirectory() as name:
    place = pathlib.Path(name)
    make_source(place / "source.db")
    widths(place, place / "source.db")
    without_a_terminal(place, place / "source.db")
    an_error_has_its_own_line(place, place / "source.db")
print(f"{checks} passed")
