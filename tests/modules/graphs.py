#!/usr/bin/env python3
"""Random module graphs: imports in cycles, top-level await, failures, import() on the way. The order in which everything runs and settles must
be what Node printed:  graphs.py BINARY  compares with graphs.out;  graphs.py --record NODE  writes it.  A failing seed's modules are kept."""
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SEEDS = 300
RUNNER = """
const [dir, seeds] = process.argv.slice(2);
const jobs = async (n) => { while (n-- > 0) await 0; };
for (let seed = 0; seed < seeds; seed++) {
  const log = globalThis.log = [];
  const { roots } = await import(`${dir}/g${seed}.mjs`);
  const pending = new Set(roots);
  const outcomes = globalThis.outcomes = []; // when a promise of import() settles is counted in jobs that no specification counts
  roots.forEach(async (root, i) => {
    // Far enough apart for what an import() does before it runs anything, for the same reason.
    await jobs(i * 30);
    import(`${dir}/g${seed}_${root}.mjs`).then((ns) => outcomes.push(`ok${root}:${Object.keys(ns).join('')}`), (error) => outcomes.push(`no${root}:${error.message}`))
      .then(() => pending.delete(root));
  });
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  console.log(seed, log.join(' '), outcomes.sort().join(' '), pending.size === 0 ? '' : `pending ${[...pending].join()}`);
}
"""


def module(rng, index, count):
    """The text of module `index`: it logs when it begins and ends, and what it sees of those it imports."""
    lines = []
    imported = rng.sample(range(count), rng.choice([0, 1, 1, 2, 2, 3]) % (count + 1) if count > 1 else 0)
    for other in imported:
        lines.append(rng.choice([f"import {{ v{other} as iv{other}, f{other} as if{other} }} from './g@_{other}.mjs';",
                                 f"import {{ f{other} as if{other} }} from './g@_{other}.mjs';",
                                 f"import './g@_{other}.mjs';", f"import * as n{other} from './g@_{other}.mjs';", f"export * from './g@_{other}.mjs';"]))
    lines.append(f"log.push('{index}+');")
    lines.append(f"export function f{index}() {{ return {index}; }}")
    for other in imported:
        text = "\n".join(lines)
        if f"as if{other} }}" in text:
            lines.append(f"log.push('f' + if{other}());")
        if f"as iv{other}," in text:
            lines.append(f"try {{ log.push(iv{other}); }} catch (e) {{ log.push('tdz{other}'); }}")
        if f"n{other} from" in text:
            lines.append(f"try {{ log.push('n' + n{other}.v{other}); }} catch (e) {{ log.push('ntdz{other}'); }}")
    kind = rng.random()
    if rng.random() < 0.12:
        other = rng.randrange(count)
        lines.append(f"import('./g@_{other}.mjs').then(() => outcomes.push('{index}i{other}'), (e) => outcomes.push('{index}x{other}'));")
    if kind < 0.45:
        for n in range(rng.randrange(1, 4)):
            lines.append(rng.choice(["await 0;", "await null;", "await Promise.resolve();", "await (async () => {})();", "for await (const x of [1]);",
                                     "for (let i = 0; i < 40; i++) await i;", "for (let i = 0; i < 25; i++) await i;"]))
        if rng.random() < 0.1:
            lines.append(f"await import('./g@_{rng.randrange(count)}.mjs').catch(() => log.push('{index}c'));")
    if rng.random() < 0.12:
        lines.append(f"throw new Error('e{index}');")
    lines.append(f"export const v{index} = 'v{index}';")
    lines.append(f"log.push('{index}-');")
    if rng.random() < 0.2:
        lines.append(f"queueMicrotask(() => log.push('{index}m'));")
    return "\n".join(lines)


def write(directory):
    for seed in range(SEEDS):
        rng = random.Random(f"graph {seed}")
        count = rng.randrange(2, 9)
        for index in range(count):
            (directory / f"g{seed}_{index}.mjs").write_text(module(rng, index, count).replace("@", str(seed)))
        roots = rng.sample(range(count), rng.choice([1, 1, 2, 3]) % (count + 1))
        (directory / f"g{seed}.mjs").write_text(f"export const roots = {roots};")
    (directory / "runner.mjs").write_text(RUNNER)


def main():
    recording = sys.argv[1] == "--record"
    binary = os.path.realpath(sys.argv[2 if recording else 1])
    directory = pathlib.Path(tempfile.mkdtemp(prefix="millrace-graphs-"))
    write(directory)
    command = [binary] + ([] if recording else ["run"]) + ["runner.mjs", str(directory), str(SEEDS)]
    result = subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=300, check=False)
    printed = result.stdout.splitlines()
    if result.returncode != 0 or len(printed) != SEEDS:
        print(f"exit code {result.returncode} after {len(printed)} graphs of {SEEDS}; see {directory}\n{result.stderr}")
        return 1
    if recording:
        (HERE / "graphs.out").write_text(result.stdout)
        print(f"recorded {SEEDS} graphs")
        shutil.rmtree(directory)
        return 0
    failed = 0
    for expected, got in zip((HERE / "graphs.out").read_text().splitlines(), printed):
        if expected != got:
            failed += 1
            if failed <= 10:
                print(f"expected {expected}\n     got {got}")
    print(f"graphs: {SEEDS - failed} passed, {failed} failed")
    if failed:
        print(f"modules: {directory}")
    else:
        shutil.rmtree(directory)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
