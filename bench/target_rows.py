"""Rows with targets: what has to run for them, what the verdict on each target is, and the tables."""

import re
import statistics

import figures

MET, WITHIN, MISSED, UNKNOWN, NO_PEER, NOT_HERE = "met", "within spread", "missed", "not measured", "peer missing", "not here"


def chosen_rows(rows, wanted):
    """By number (`6`) or by a part of the name; all without any."""

    def matches(row):
        return any(one == str(row.number) if one.isdigit() else re.search(one, row.name) for one in wanted)

    return [row for row in rows if not wanted or matches(row)]


def our_name(variant):
    return f"{figures.OURS}@{variant}" if variant else figures.OURS


def anchors_of(target):
    return target.anchor if isinstance(target.anchor, tuple) else (target.anchor,) if target.anchor else ()


class Measured:
    """One row with the figures of a run. Of several variants of ours, the one with the least median is `best`: it is judged."""

    def __init__(self, row, results):
        self.row, self.results = row, results
        able = [i.name for i in results.implementations if row.workload in i.workloads]
        plain = [name for name in able if "@" not in name and name != figures.OURS]
        self.ours = [name for name in map(our_name, row.ours) if name in able]
        self.others = plain if row.peers is None else [name for name in row.peers if name in able]

    def programs(self):
        """Everything that has to run."""
        anchors = [name for target in self.row.targets for name in anchors_of(target)]
        return {*self.ours, *self.others, *anchors} if self.ours else set()

    def unit(self):
        return next((u for (w, m, u) in self.results.values if w == self.row.workload and m == self.row.metrics[0]), "")

    def series(self, name):
        """One value per repetition, the row's metrics added up; None where there was no answer."""
        nothing = [None] * self.results.repetitions
        parts = [self.results.values.get((self.row.workload, m, self.unit()), {}).get(name, nothing) for m in self.row.metrics]
        return [None if None in values else sum(values) for values in zip(*parts)]

    def least(self, names):
        medians = {name: statistics.median(v) for name in names if (v := figures.answered(self.series(name)))}
        return min(medians, key=medians.get, default=None)

    def best(self):
        return self.least(self.ours)

    def anchor(self, target):
        return self.least(anchors_of(target))

    def ratios(self, anchor):
        """Ours over the anchor's, turn by turn."""
        if self.best() is None:
            return []
        pairs = zip(self.series(self.best()), self.series(anchor))
        return [ours / theirs for ours, theirs in pairs if ours is not None and theirs]

    def values(self, target):
        """What is compared with the target."""
        if not target.anchor:
            return figures.answered(self.series(self.best())) if self.best() else []
        anchor = self.anchor(target)
        return self.ratios(anchor) if anchor else []

    def verdict(self, target):
        values = self.values(target)
        if not values:
            if self.row.optional and not self.ours:
                return NOT_HERE
            absent = not any(i.name in anchors_of(target) for i in self.results.implementations)
            return NO_PEER if target.anchor and absent and self.best() else UNKNOWN
        if statistics.median(values) <= target.at_most:
            return MET
        return MISSED if figures.spread(values)[0] > target.at_most else WITHIN


def measured_rows(results, rows, wanted):
    return [Measured(row, results) for row in chosen_rows(rows, wanted)]


def plan(rows):
    """Workload: the implementations that run it, each once, in the order of all."""
    needed = {}
    for m in rows:
        needed.setdefault(m.row.workload, set()).update(m.programs())
    return {w: [i for i in rows[0].results.implementations if i.name in names and w in i.workloads] for w, names in needed.items()}


# ---- Tables -----------------------------------------------------------------------------------------------------------------------


def number(value):
    return figures.digits(value) if value >= 100 else f"{value:.2f}" if value >= 1 else f"{value:.3f}"


def cell(values):
    values = figures.answered(values)
    if not values:
        return ""
    low, high = figures.spread(values)
    return f"{number(statistics.median(values))} ({number(low)} .. {number(high)})"


def judged(m):
    """For each target: what it says, the best of ours, what is compared, its bound, the verdict."""
    ours = cell(m.series(m.best())) if m.best() else ""
    for target in m.row.targets:
        compared = f"ratio to {m.anchor(target) or ' or '.join(anchors_of(target))}" if target.anchor else m.unit()
        yield target.text, ours, compared, cell(m.values(target)) or "-", number(target.at_most), m.verdict(target)


def summary(rows):
    words = [m.verdict(target) for m in rows for target in m.row.targets]
    return ", ".join(f"{word}: {words.count(word)}" for word in (MET, WITHIN, MISSED, UNKNOWN, NO_PEER, NOT_HERE) if word not in (NO_PEER, NOT_HERE) or word in words)


def fails(rows):
    """A target that nobody could judge is not met, unless whom to compare with is not here, which is told."""
    return any(m.verdict(target) in (MISSED, UNKNOWN) for m in rows for target in m.row.targets)


def text_tables(rows):
    repetitions = rows[0].results.repetitions
    yield f"Median ({figures.spread_name(repetitions)}); ratio: the best of ours over the other's, turn by turn. Smaller is better."
    for m in rows:
        yield f"\n{m.row.number} {m.row.name}, {m.unit() or 'not measured'}"
        for name in m.ours:
            yield f"  {name:20} {cell(m.series(name)) or 'no answer'}"
        for name in m.others:
            ratio = f"ratio {cell(m.ratios(name))}" if m.ratios(name) else ""
            yield f"  {name:20} {cell(m.series(name)) or 'no answer':30} {ratio}".rstrip()
        for text, _, compared, values, at_most, verdict in judged(m):
            yield f"  target {text}: {compared} {values}, at most {at_most}: {verdict}"
    yield ""
    wide = max(len(m.row.name) for m in rows)
    for m in rows:
        for text, ours, compared, values, at_most, verdict in judged(m):
            yield f"{m.row.number:2} {m.row.name:{wide}}  {text:32} {ours:26} {compared}: {values}, at most {at_most}  {verdict}"
    yield f"\n{summary(rows)}"


def markdown_tables(rows):
    results = rows[0].results
    spread = figures.spread_name(results.repetitions)
    yield f"\nTargets; ours is the median ({spread}), compared is what the target bounds, turn by turn:\n"
    yield "| | row | target | ours | compared | | at most | verdict |"
    yield "|--:|---|---|--:|---|--:|--:|---|"
    for m in rows:
        for text, ours, compared, values, at_most, verdict in judged(m):
            mark = "**" if verdict == MISSED else ""
            yield f"| {m.row.number} | {m.row.name} | {text} | {ours} | {compared} | {values} | {at_most} | {mark}{verdict}{mark} |"
    yield f"\n{summary(rows)}\n"
    names = [i.name for i in results.implementations if "@" not in i.name and i.name != figures.OURS]
    compared = [m for m in rows if m.best() and set(m.others) & set(names)]
    head = ["| | row | ours | " + " | ".join(names) + " |", "|--:|---|--:|" + "--:|" * len(names)]
    yield f"Medians, ours with {spread}:\n"
    yield from head
    for m in compared:
        ours = "; ".join(f"{name.partition('@')[2]} {cell(m.series(name))}".strip() for name in m.ours)
        medians = [figures.answered(m.series(name)) if name in m.others else [] for name in names]
        cells = " | ".join(number(statistics.median(values)) if values else "" for values in medians)
        yield f"| {m.row.number} | {m.row.name}, {m.unit()} | {ours} | {cells} |"
    yield f"\nRatios of the best of ours to each, turn by turn, median ({spread}):\n"
    yield from head
    for m in compared:
        cells = " | ".join(cell(m.ratios(name)) if name in m.others else "" for name in names)
        yield f"| {m.row.number} | {m.row.name} | {m.best().partition('@')[2]} | {cells} |"
