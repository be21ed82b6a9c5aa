"""What promises and coroutines are to reach: the rows of `run.py promise`. Data only; target_rows.py measures and judges.

A target in nanoseconds counts as a ratio to its anchor, as targets.py explains. The anchors are the floors of bench/promise/raw.cpp, which
change with the machine and not with anybody's release; of all() there is none, so Node 26 is its anchor.
"""

from targets import Row, like, limit, share

RAW_CHAIN_NS, RAW_SETTLED_NS, RAW_TURN_NS = 5.6, 5.1, 5.8  # raw.cpp on the reference machine
NODE26_ALL_NS = 398

ROWS = [
    Row(1, "then, 1,000 deep on a pending promise", "then_chain", ("time",), targets=(like(12, "ns", "raw", RAW_CHAIN_NS),)),
    Row(2, "reaction on a settled promise", "then_settled", ("time",), targets=(like(9, "ns", "raw", RAW_SETTLED_NS),)),
    Row(3, "co_await of a loop turn", "await_turn", ("time",), targets=(like(13, "ns", "raw", RAW_TURN_NS),)),
    Row(3, "co_await an Async that returns at once", "await_call", ("time",)),
    Row(4, "all of 100,000", "all", ("time",), targets=(like(30, "ns", "node26", NODE26_ALL_NS),)),
    Row(4, "all of 100,000 fulfilled before, all() alone", "all_settled_inputs", ("time",)),
    Row(5, "race against a long-lived promise, heap growth", "race", ("growth",), targets=(limit(0.1, "below 0.1 bytes a race"),)),
    Row(5, "race against a long-lived promise, time", "race", ("time",)),
    Row(5, "any against a long-lived promise, heap growth", "any", ("growth",), targets=(limit(0.1, "below 0.1 bytes a race"),)),
    Row(5, "any against a long-lived promise, time", "any", ("time",)),
    Row(6, "promisify round trip, p50", "offload", ("p50",), targets=(share(1.0, "libuv-work", "not slower than libuv"),)),
    Row(6, "promisify round trip, p99", "offload", ("p99",)),
    Row(7, "Promise<int> with one reaction", "state", ("memory",), targets=(limit(98, "96 bytes and its share of a page"),)),
    Row(7, "Promise<int> with one reaction, allocations", "state", ("allocations",), targets=(limit(1, "one"),)),
]

DIVISORS = {}
