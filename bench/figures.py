"""What was measured, and how it is put into words."""

import statistics

OURS = "millrace"


class Implementation:
    def __init__(self, name, command, version, workloads=()):
        self.name = name
        self.command = [str(part) for part in command]
        self.version = version
        self.workloads = workloads


class Results:
    """values[(workload, metric, unit)][implementation] is one entry per repetition; None where there was no answer."""

    def __init__(self, group, implementations, absent):
        self.group = group
        self.implementations = implementations
        self.absent = absent
        self.facts = {}
        self.values = {}
        self.failures = []
        self.repetitions = 0

    def add(self, repetition, implementation, workload, metric, unit, value):
        row = self.values.setdefault((workload, metric, unit), {})
        row.setdefault(implementation.name, [None] * self.repetitions)[repetition] = value

    def peers(self):
        return [i for i in self.implementations if i.name != OURS]

    def ratios(self, key, peer):
        """Ours over the peer's, one per repetition in which both answered. Shares have none: zero is their usual value."""
        if key[2] == "%":
            return []
        row = self.values[key]
        pairs = zip(row.get(OURS, []), row.get(peer.name, []))
        return [ours / theirs for ours, theirs in pairs if ours is not None and theirs]


def digits(value):
    return f"{value:.0f}" if value >= 1000 else f"{value:.1f}" if value >= 100 else f"{value:.3g}"


def ratio_digits(value):
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def spread(values):
    """Smallest and largest; from eight values on the quartiles, which one outlier does not move."""
    if len(values) < 8:
        return min(values), max(values)
    low, _, high = statistics.quantiles(values, n=4)
    return low, high


def spread_name(repetitions):
    return "min .. max" if repetitions < 8 else "quartiles"


def answered(values):
    return [value for value in values if value is not None]
