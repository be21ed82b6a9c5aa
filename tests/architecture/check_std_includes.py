#!/usr/bin/env python3
"""Checks that each file of ours includes what it uses of the standard library, itself or through another file of ours: the build of the tests reads
these headers before every file, and would not notice. Prints every breach; exit code 1 when there is one.

usage: check_std_includes.py COMPILER"""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
# What is used -> the headers that have it; what another header brings along of these counts, for so it does for the compiler.
USES = {
    r"array<": ["array"], r"atomic(?:<|_)": ["atomic"], r"(?:to|from)_chars": ["charconv"], r"chrono::": ["chrono", "bits/chrono.h"],
    r"(?:un)?expected\b": ["expected"], r"function<": ["functional", "bits/std_function.h"], r"map<": ["map", "bits/stl_map.h"],
    r"(?:unique_ptr|make_unique)\b": ["memory", "bits/unique_ptr.h"], r"(?:shared_ptr|weak_ptr|make_shared)\b": ["memory", "bits/shared_ptr.h"],
    r"(?:mutex|lock_guard)\b": ["mutex", "bits/std_mutex.h"], r"scoped_lock\b": ["mutex"], r"unique_lock\b": ["mutex", "bits/unique_lock.h"],
    r"(?:optional|nullopt)\b": ["optional"], r"span<": ["span"], r"(?:string|to_string)\b": ["string", "bits/basic_string.h"], r"string_view\b": ["string_view"],
    r"(?:thread|jthread)\b": ["thread", "bits/std_thread.h"], r"this_thread::sleep": ["thread", "bits/this_thread_sleep.h"],
    r"unordered_map<": ["unordered_map", "bits/unordered_map.h"],
    r"(?:variant<|visit\(|monostate\b|get_if<|holds_alternative<)": ["variant"], r"vector<": ["vector", "bits/stl_vector.h"],
    r"(?:sort|stable_sort|any_of|all_of|none_of|find_if|count_if|remove_if|reverse|clamp)\(": ["algorithm", "bits/stl_algo.h"],
    r"ranges::(?:sort|any_of|all_of|none_of|find_if|count|count_if|contains|reverse|lower_bound|upper_bound|max|min|copy|equal)\(":
        ["algorithm", "bits/ranges_algo.h", "bits/ranges_algobase.h", "bits/ranges_util.h"],
}
USES = {re.compile(r"\bstd::" + name): files for name, files in USES.items()}
INCLUDE = re.compile(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]', re.M)
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.S)
# Libraries in C++ bring much of the standard's along, and which of it is theirs to say.
OTHERS = ("nlohmann/", "CLI/", "httplib.h", "toml++/", "re2/", "spdlog/")


def brought_along(compiler, header):
    """The files that one header of the standard library reads; nothing where it is not one."""
    said = subprocess.run([compiler, "-std=c++23", "-x", "c++", "-M", "-"], input=f"#include <{header}>\n", capture_output=True, text=True, check=False)
    return {match[1] for match in re.finditer(r"/c\+\+/\d+/(\S+)", said.stdout)}


def main():
    texts = {}
    for folder in ("include", "src"):
        for file in sorted((ROOT / folder).rglob("*")):
            if file.suffix in (".h", ".cpp") and not file.name.endswith("_test.cpp"):
                texts[str(file.relative_to(ROOT / folder))] = file.read_text()
    includes = {name: INCLUDE.findall(text) for name, text in texts.items()}

    def foreign(name, seen):
        """What is not ours, of all that a file reads."""
        found = set()
        for included in includes[name]:
            if included not in texts:
                found.add(included)
            elif included not in seen:
                seen.add(included)
                found |= foreign(included, seen)
        return found

    read = {name: foreign(name, {name}) for name in texts}
    headers = sorted({header for found in read.values() for header in found if "/" not in header and "." not in header})
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        brings = dict(zip(headers, pool.map(lambda header: brought_along(sys.argv[1], header), headers)))
    if not any(brings.values()):
        print("this standard library is laid out in another way than GCC's: nothing was looked at")
        return
    breaches = []
    for name, text in texts.items():
        if any(header.startswith(OTHERS) for header in read[name]):
            continue
        there = set().union(*(brings.get(header, set()) for header in read[name]))
        code = COMMENT.sub("", text)
        for used, files in USES.items():
            if (found := used.search(code)) and not there.intersection(files):
                breaches.append(f"{name}: uses {found[0].rstrip('(<')} and includes no <{files[0]}>")
    for breach in breaches:
        print(breach)
    print(f"{len(texts)} files, {len(headers)} headers of the standard library, {len(breaches)} breaches")
    sys.exit(1 if breaches or len(texts) < 100 else 0)


main()
