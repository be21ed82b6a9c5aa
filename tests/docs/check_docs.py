#!/usr/bin/env python3
"""Documents must stay true: tests that they name exist, links lead somewhere, examples in the README and in the guide are the files that
are built and run, every requirement has a row, every rule has a line. Prints every disagreement; exit code 1 when there is one."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
problems = []


def read(path):
    return (ROOT / path).read_text()


def gtest_cases():
    cases = set()
    for file in [*ROOT.glob("src/**/*_test.cpp"), *ROOT.glob("tests/faults/*.cpp"), *ROOT.glob("tests/observe/**/*_test.cpp")]:
        cases.update(".".join(found) for found in re.findall(r"\bTEST(?:_[FP])?\(\s*(\w+),\s*(\w+)\s*\)", file.read_text()))
    return cases


def check_named_tests(path, cases):
    text = read(path)
    for pattern in set(re.findall(r"`(\d\d-[\w*-]+)`", text)):
        if not list((ROOT / "tests/ordering").glob(pattern + ".js")):
            problems.append(f"{path}: no program tests/ordering/{pattern}.js")
    for pattern in set(re.findall(r"`web/(\d\d-[\w*-]+)`", text)):
        if not list((ROOT / "tests/web").glob(pattern + ".js")):
            problems.append(f"{path}: no program tests/web/{pattern}.js")
    for name in set(re.findall(r"`([A-Z]\w+\.[A-Z]\w+)`", text)) - {"Suite.Name"}:
        if name not in cases:
            problems.append(f"{path}: no test case {name}")
    for file in set(re.findall(r"`((?:src|tests|include|examples|bench|docs|cmake)/[\w./-]+)`", text)):
        if not (ROOT / file).exists():
            problems.append(f"{path}: {file} does not exist")


def check_links():
    for document in [ROOT / "README.md", ROOT / "CHANGELOG.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("bench/*.md")]:
        prose = re.sub(r"```.*?```", "", document.read_text(), flags=re.S)
        for target in re.findall(r"\]\(([^)#\s]+)", prose):
            if "://" not in target and not (document.parent / target).exists():
                problems.append(f"{document.relative_to(ROOT)}: link to {target} leads nowhere")


def check_readme_examples():
    blocks = re.findall(r"```(cpp|js)\n(.*?)```", read("README.md"), re.S)
    expected = (("cpp", "examples/embed.cpp"), ("cpp", "examples/coroutines/total.cpp"), ("js", "examples/hello.js"))
    if len(blocks) != len(expected):
        problems.append(f"README.md: {len(blocks)} examples in cpp and js, where {len(expected)} files of examples/ are expected")
    for (language, file), block in zip(expected, blocks):
        if block != (language, read(file)):
            problems.append(f"README.md: an example is not {file}, which is what the tests run")


def check_guide(guide, folder):
    """The guide shows each step's program and, under it, what it prints."""
    shown = re.findall(r"```cpp\n(.*?)```\n```(?:text|json)\n(.*?)```", read(guide), re.S)
    steps = sorted(ROOT.glob(f"{folder}/step_*.cpp"))
    if len(shown) != len(steps):
        problems.append(f"{guide}: {len(shown)} programs with their output, where {folder} has {len(steps)}")
    for step, (program, output) in zip(steps, shown):
        if (program, output) != (step.read_text(), step.with_suffix(".out").read_text()):
            problems.append(f"{guide}: a program or its output is not {step.relative_to(ROOT)}, which is what the tests run")


def check_tables():
    rules = [int(n) for n in re.findall(r"^\| (\d+) \|", read("docs/semantics.md"), re.M)]
    if rules != list(range(1, 36)):
        problems.append("docs/semantics.md: rules 1 to 35, each once and in order, are expected")
    have = re.findall(r"^\| ([A-G]\d+) \|", read("docs/requirements.md"), re.M)
    counts = {"A": 15, "B": 11, "C": 12, "D": 6, "E": 7, "F": 10, "G": 5}
    want = [f"{letter}{n}" for letter, count in counts.items() for n in range(1, count + 1)]
    if have != want:
        problems.append(f"docs/requirements.md: rows missing or out of order: {sorted(set(want) ^ set(have)) or 'order'}")


def main():
    cases = gtest_cases()
    for path in ("docs/semantics.md", "docs/requirements.md", "docs/architecture.md", "docs/hazards.md", "docs/embedding.md", "docs/logging.md", "docs/metrics.md", "docs/dashboard.md", "docs/tracing.md", "docs/subset.md", "docs/subset-reference.md", "README.md"):
        check_named_tests(path, cases)
    check_links()
    check_readme_examples()
    check_guide("docs/embedding.md", "examples/embedding")
    check_guide("docs/logging.md", "examples/logging")
    check_guide("docs/tracing.md", "examples/tracing")
    check_guide("docs/subset.md", "examples/subset")
    check_tables()
    for problem in problems:
        print(problem)
    print(f"{len(cases)} test cases known, {len(problems)} disagreements")
    return 1 if problems else 0


sys.exit(main())
