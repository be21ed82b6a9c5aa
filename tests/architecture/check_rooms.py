#!/usr/bin/env python3
"""Checks the law of docs/architecture.md: which room may include which, that users' headers include no internal ones, that engine types
stay behind their seam, and that the linked targets agree with the arrows. Prints every breach; exit code 1 when there is one."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

# room -> rooms it may use. The order is the order of the house, ground floor first.
USES = {
    "base": [],
    "time": ["base"],
    "poll": ["base"],
    "ingress": ["base"],
    "loop": ["base", "time", "poll", "ingress"],
    "promise": ["base", "loop"],
    "observe": ["base", "time"],
    "js": ["base", "loop", "promise", "observe"],
    "subset": ["base", "loop", "promise", "observe", "js"],
    "cli": ["base", "time", "poll", "ingress", "loop", "promise", "observe", "js", "subset"],
}
# A room that keeps a piece of another in its own parts also sees what that piece is made of.
THROUGH = {"js": ["ingress", "time"], "promise": ["ingress", "time"]}

# Public header -> the room that implements it. A folder of public headers with the name of a room is that room's.
PUBLIC = {
    "assert.h": "base", "context.h": "base", "detail/task_queue.h": "base", "detail/list_hook.h": "base", "detail/loop_queues.h": "loop", "error.h": "base", "error_match.h": "base", "observer.h": "base", "probe.h": "base", "probe_list.h": "base", "work_hook.h": "base", "timer_hook.h": "base", "detail/sampler.h": "base", "result.h": "base", "task.h": "base", "version.h": "base",
    "clock.h": "base", "ingress.h": "ingress", "admission.h": "ingress", "in_flight.h": "ingress", "poller.h": "base", "scripted_poller.h": "poll",
    "timer.h": "loop", "fair_share.h": "loop", "readiness.h": "loop", "liveness.h": "loop", "loop.h": "loop",
    "loop_figures.h": "base", "loop_options.h": "loop", "run_outcome.h": "loop", "simulation.h": "loop", "remote_watch.h": "loop",
    "promise.h": "promise", "promise_policy.h": "promise", "detail/promise_home.h": "promise", "detail/promise_state.h": "promise",
    "detail/promise_then.h": "promise", "detail/promise_group.h": "promise", "detail/coroutine.h": "promise",
    "async.h": "promise", "abort.h": "promise", "event_target.h": "promise", "awaitables.h": "promise", "task_scope.h": "promise", "worker_pool.h": "promise", "signals.h": "promise", "detail/worker_job.h": "promise", "combinators.h": "promise",
}
# GLib comes with the engine; what uses it for itself, without the engine.
GLIB_ALSO = ("src/observe/audit/chain_hash.cpp",)
INCLUDE = re.compile(r'^\s*#include\s+[<"]([^>"]+)[>"]', re.M)


def room_of_public(name):
    folder = name.split("/")[0]
    return folder if folder in USES and "/" in name else PUBLIC.get(name, "unknown")


def room_of_include(path):
    if path.startswith("millrace/"):
        return room_of_public(path.removeprefix("millrace/"))
    first = path.split("/")[0]
    return first if first in USES and "/" in path else None


def main():
    breaches = []
    counted = 0
    for file in sorted((ROOT / "src").rglob("*")):
        if file.suffix not in (".h", ".cpp"):
            continue
        room = file.relative_to(ROOT / "src").parts[0]
        name = str(file.relative_to(ROOT))
        if room not in USES:
            breaches.append(f"{name}: '{room}' is not a room of the architecture")
            continue
        allowed = {room, *USES[room], *THROUGH.get(room, [])}
        text = file.read_text()
        for included in INCLUDE.findall(text):
            target = room_of_include(included)
            counted += target is not None
            if room == "subset" and target == "js" and not name.startswith("src/subset/script/"):
                breaches.append(f"{name}: only src/subset/script may use room js ({included})")
            if target == "unknown":
                breaches.append(f"{name}: includes {included}, which no room claims (add it to PUBLIC in this check)")
            elif target is not None and target not in allowed and not (file.stem.endswith("_test") and target in ("poll", "time")):
                breaches.append(f"{name}: room {room} may not use room {target} ({included})")
            if included.startswith(("JavaScriptCore/", "jsc/", "glib")) and "src/js/jsc/" not in name and name not in GLIB_ALSO:
                breaches.append(f"{name}: {included} belongs behind the engine seam, in src/js/jsc/")
        if file.suffix == ".cpp" and not file.stem.endswith("_test"):
            own = file.with_suffix(".h")
            includes = INCLUDE.findall(text)
            if own.exists() and includes and includes[0] != str(own.relative_to(ROOT / "src")):
                breaches.append(f"{name}: its own header {own.name} comes first")
    for header in sorted((ROOT / "include/millrace").rglob("*.h")):
        name = str(header.relative_to(ROOT / "include/millrace"))
        if room_of_public(name) == "unknown":
            breaches.append(f"include/millrace/{name}: no room claims it (add it to PUBLIC in this check)")
        for included in INCLUDE.findall(header.read_text()):
            if room_of_include(included) is not None and not included.startswith("millrace/"):
                breaches.append(f"include/millrace/{name}: a public header includes the internal {included}")
    for listing in sorted((ROOT / "src").glob("*/CMakeLists.txt")):
        room = listing.parent.name
        found = re.search(r"\bUSES\s+((?:[a-z]+\s*)+)", listing.read_text())
        for used in found.group(1).split() if found else []:
            if used in USES and used not in USES[room]:
                breaches.append(f"src/{room}/CMakeLists.txt: links room {used}, which it may not use")
    for breach in breaches:
        print(breach)
    print(f"{counted} includes between rooms checked, {len(breaches)} breaches")
    return 1 if breaches or counted == 0 else 0


sys.exit(main())
