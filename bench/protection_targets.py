"""What protection is to cost: the rows of `run.py protection`. Data only; target_rows.py measures and judges.

Interrupts: the rows of bench/js_targets.py again, by the program with a time limit that nothing reaches, against the same program without. Many runtimes in one
process: bench/js/tenants.cpp.
"""

import js_targets
from targets import Row, limit, share

PLAIN = "millrace-plain"  # the same program, without limits
LIMITED = ["--time-limit", "60s"]

ROWS = [
    Row(1, f"{row.name}, under a time limit", row.workload, row.metrics, targets=(share(1.01, PLAIN, "1.01 of no limit"),), peers=(PLAIN,))
    for row in js_targets.ROWS
    if row.workload != "start" and row.metrics == js_targets.TIME
] + [
    Row(2, "a runtime with a policy, beside others", "runtime_create", ("time",), targets=(limit(5, "5 ms"),)),
    Row(2, "the same, memory", "runtime_create", ("memory",), targets=(limit(2, "2 MB"),)),
    Row(2, "a runtime without, memory", "runtime_create", ("memory",), ("unlimited",)),
    Row(3, "1,000 tenants, the 99th of a hundred", "fair_share", ("p99",), targets=(limit(10, "10 %"),)),
    Row(3, "1,000 tenants, the farthest from its share", "fair_share", ("farthest",), targets=(limit(10, "10 %"),)),
    Row(3, "1,000 tenants, what sharing takes", "fair_share", ("overhead",)),
    Row(3, "20 tenants, a second each, the farthest", "fair_share_second", ("farthest",), targets=(limit(10, "10 %"),)),
    Row(4, "weights of 1 to 4, the 99th of a hundred", "fair_share_weighted", ("p99",), targets=(limit(10, "10 %"),)),
    Row(4, "weights of 1 to 4, the farthest from its share", "fair_share_weighted", ("farthest",), targets=(limit(10, "10 %"),)),
]

DIVISORS = {}
