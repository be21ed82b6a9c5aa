"""What the loop is to reach: the rows of `run.py loop`. Data only; target_rows.py measures and judges.

A figure in nanoseconds belongs to the machine it was taken on. A target therefore counts as a ratio to a peer, its anchor: the target
over what the anchor needed on the reference machine, compared with ours over the anchor's of the same turn here. The reference machine
was a quiet virtual one with two cores of a Xeon, Linux 6.18, g++ 12.2 -O2 and the versions of the peers that Debian 12 has; an
anchor's figure is the median of 5 (posts, round trips) or 16 runs of the same workload there.
"""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Target:
    text: str
    at_most: float  # ours / anchor, or ours alone where there is no anchor
    anchor: str | tuple = ""  # of several, the one with the least median


@dataclasses.dataclass(frozen=True)
class Row:
    number: int
    name: str
    workload: str
    metrics: tuple  # of the workload; several are added up
    ours: tuple = ("",)  # variants of our adapter; the best one is judged
    targets: tuple = ()
    peers: tuple | None = None  # by name; None: everyone who takes part in the workload
    optional: bool = False  # not every build or machine can run it, and then nobody judges it


def like(ours, unit, anchor, theirs):
    """`ours` where the anchor has `theirs`, both on the reference machine."""
    return Target(f"{ours:g} {unit} where {anchor} has {theirs:g}", ours / theirs, anchor)


def share(of, anchor, text):
    return Target(text, of, anchor)


def limit(at_most, text):
    return Target(text, at_most)


SINGLE = ("", "lane")
BATCH = ("door_batch", "lane_batch")
FLOOR = "raw-epoll@spin"  # a round trip without a loop: two threads that look for each other's writes
EPOLL = "raw-epoll"
TENTH_OF_ASIO = share(0.1, "asio", "a tenth of asio (270)")

ROWS = [
    Row(1, "post, 1 producer, 32 B", "post_1", ("time",), SINGLE, (like(25, "ns", "libuv", 202), TENTH_OF_ASIO)),
    Row(1, "post, 1 producer, 32 B, window", "post_1_window", ("time",), SINGLE, (like(25, "ns", "libuv", 212), TENTH_OF_ASIO)),
    Row(1, "post, 1 producer, 32 B, batches of 64", "post_1", ("time",), BATCH, (like(8, "ns", "libuv", 202),)),
    Row(1, "post, 1 producer, 32 B, window, batches of 64", "post_1_window", ("time",), BATCH, (like(8, "ns", "libuv", 212),)),
    Row(1, "post, 1 producer, 32 B, window, processor time", "post_1_window", ("cpu",), SINGLE + BATCH),
    Row(2, "post, 4 producers, 16 B, window", "post_4_small", ("time",), SINGLE, (like(15, "ns", "libuv", 34),)),
    Row(2, "post, 4 producers, 16 B, window, batches of 64", "post_4_small", ("time",), BATCH, (like(15, "ns", "libuv", 34),)),
    Row(2, "the same, processor time", "post_4_small", ("cpu",), SINGLE + BATCH),
    Row(3, "round trip, loop asleep, p50", "pingpong_pause", ("p50",), targets=(share(1.03, "libev", "1.03 of libev"),)),
    Row(3, "round trip, loop asleep, p99", "pingpong_pause", ("p99",)),
    Row(3, "round trip without pauses, p50", "pingpong_spin", ("p50",)),
    Row(4, "round trip, adaptive spin, p50", "pingpong_spin", ("p50",), ("spin",), (like(0.7, "us", FLOOR, 0.57),), (FLOOR,)),
    Row(4, "round trip, adaptive spin, p99", "pingpong_spin", ("p99",), ("spin",), (), (FLOOR,)),
    Row(4, "processor time, a post every 50 ms", "idle", ("cpu",), ("spin",), (limit(2, "2 % of the wall time"),), ()),
    Row(5, "post from inside, chain", "self_chain", ("time",), targets=(like(5, "ns", "boost-asio", 18.7),)),
    Row(5, "post from inside, batch of 1,000", "self_batch", ("time",), targets=(like(3, "ns", "libev", 3.87),)),
    Row(5, "post from inside, chain, next tick", "self_chain", ("time",), ("immediate",)),
    Row(5, "post from inside, batch of 1,000, next tick", "self_batch", ("time",), ("immediate",)),
    Row(6, "1M timers, add", "timer_1M", ("add",), targets=(like(20, "ns", "libev", 44.5),)),
    Row(6, "1M timers, cancel", "timer_1M", ("cancel",), targets=(like(12, "ns", "libev", 75.1),)),
    Row(6, "1M timers, fire", "timer_fire_1M", ("fire",), targets=(like(30, "ns", "libev", 332),)),
    Row(6, "1M timers, add, clock read at the call", "timer_1M", ("add",), ("clock",)),
    Row(7, "bytes per live timer with its handle", "timer_1M", ("memory",), targets=(like(56, "bytes", "libev", 81.2),)),
    Row(8, "100k timers on one ms, add + fire", "timer_same_100k", ("add", "fire"), targets=(like(35, "ns", "libev", 90.9),)),
    Row(8, "the same, clock read at the call", "timer_same_100k", ("add", "fire"), ("clock",)),
    Row(9, "cancel and re-arm or refresh, 10k live", "timer_churn10k", ("rearm",), ("", "clock"), (like(5, "ns", "libev", 7.6),)),
    Row(10, "1 ms takes, timer_lead_max 200 us, p50", "timer_1ms", ("lasts_p50",), ("lead",), (like(1005, "us", "asio", 1049),)),
    Row(10, "of them early", "timer_1ms", ("early",), ("lead",), (limit(0, "never"),), ()),
    Row(10, "processor time per timer, timer_lead_max 200 us", "timer_1ms", ("cpu",), ("lead",)),
    Row(10, "1 ms takes, as it comes, p50", "timer_1ms", ("lasts_p50",)),
    Row(10, "of them early, as it comes", "timer_1ms", ("early",), targets=(limit(0, "never"),), peers=()),
    Row(10, "processor time per timer, as it comes", "timer_1ms", ("cpu",)),
    Row(11, "echo, 64 connections, server's CPU", "echo64", ("server_cpu",), targets=(share(1.03, EPOLL, "1.03 of raw-epoll"),)),
    Row(11, "the same, io_uring poller", "echo64", ("server_cpu",), ("io_uring",), (share(1.0, EPOLL, "below raw-epoll"),)),
]

# Nothing may cost more than this much more while an Observer is attached and the figures are read every 10 ms.
OBSERVED = share(1.02, "millrace", "1.02 of unobserved")
ROWS += [
    Row(12, f"observed: {row.name}", row.workload, row.metrics, ("observed",), (OBSERVED,), ("millrace",))
    for row in ROWS
    if "" in row.ours and row.targets and row.targets[0].anchor and row.metrics != ("memory",)
]

# The same with metrics on (observe::LoopMetrics) and a snapshot every 10 ms. Counting a task is bounded in nanoseconds, whatever the task; where
# a task does more than nothing, that must vanish.
ROWS += [
    Row(13, f"metrics on: {row.name}", row.workload, row.metrics, ("measured",),
        (OBSERVED,) if row.workload in ("pingpong_pause", "echo64", "timer_1ms") else (), ("millrace",))
    for row in ROWS
    if "" in row.ours and row.targets and row.targets[0].anchor and row.metrics != ("memory",) and row.number != 12
]

# Rows that are exact enough with less: workload: by how much its size is divided.
DIVISORS = {"echo64": 3, "pingpong_pause": 2, "pingpong_spin": 2, "timer_1ms": 2}
