"""What JavaScript is to cost: the rows of `run.py js`. Data only; target_rows.py measures and judges.

The anchor of a target is a peer, the best of several, or the engine's own shell, which is the floor for what the engine does by itself.
Peers come from npm and the shell from a package: a target whose anchors are all absent is told and judged by nobody.
"""

from targets import Row, Target, like, limit, share

PEERS = ("node26", "bun", "deno")
JSC = "jsc"
TIME = ("time",)


def best(of):
    return Target(f"{of:g} of the best", of, PEERS)


def engine():
    return share(1.05, JSC, "1.05 of the engine's shell")


def node(of):
    return share(of, "node26", f"{of:g} of Node 26")


ROWS = [
    # On the reference machine the engine alone needed 8 ms and 22 MiB.
    Row(1, "start, empty script", "start", TIME, targets=(like(12, "ms", JSC, 8),)),
    Row(1, "start, empty script, peak memory", "start", ("peak_memory",), targets=(limit(26, "26 MiB"),)),
    Row(2, "a million timers of 1 ms", "timeout_same_ms", TIME, targets=(best(0.8),)),
    Row(3, "100,000 timers of 1 to 20 ms", "timeout_random_ms", TIME, targets=(best(0.9),)),
    Row(4, "set and clear a timer", "timeout_set_clear", TIME, targets=(best(1.0),)),
    Row(4, "the same, 10,000 live", "timeout_churn_10k", TIME, targets=(best(0.7),)),
    Row(5, "a million live timers, each", "timer_memory", ("memory",), targets=(limit(128, "128 bytes"),)),
    Row(6, "immediate, each queues the next", "immediate_chain", TIME, targets=(best(0.6),)),
    Row(6, "immediates, 200,000 at once", "immediate_batch", TIME, targets=(best(1.2),)),
    Row(7, "nextTick, each queues the next", "next_tick_chain", TIME, targets=(best(1.1),)),
    Row(8, "await of a value", "await_value", TIME, targets=(engine(),)),
    Row(8, "then of a settled promise", "promise_then_settled", TIME, targets=(engine(),)),
    Row(8, "call of an async function", "async_call", TIME, targets=(engine(),)),
    Row(8, "queueMicrotask, each queues the next", "microtask_chain", TIME, targets=(engine(),)),
    Row(9, "dispatch of an event, one listener", "eventtarget_dispatch", TIME, targets=(best(1.0),)),
    Row(10, "AbortController, listened to and aborted", "abortcontroller", TIME, targets=(node(0.5),)),
    Row(10, "AbortController, made", "abortcontroller_new", TIME, targets=(node(1.0),)),
    Row(11, "console.log, a line", "console_log", TIME, targets=(best(1.0),)),
    Row(11, "console.log, an object", "console_log_object", TIME, targets=(best(1.0),)),
]

DIVISORS = {}
