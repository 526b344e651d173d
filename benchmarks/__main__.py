"""All that has a target, one after another, and the table: `python -m benchmarks [--short]`."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.targets import GATHERED, TARGETS, gathered
from config.launcher.errors import ROOT

RUNS: dict[str, tuple[str, ...]] = {
    "approval": (),
    "loops": (),
    "workers": (),
    "bulk": (),
    "campaign": (),
    "inbox": (),
}
# To see that all of it runs; the figures of so few rounds mean little.
SHORT: dict[str, tuple[str, ...]] = {
    "approval": ("--rounds", "2", "--cases", "2"),
    "loops": ("--iterations", "60"),
    "workers": ("--rounds", "1", "--seconds", "1"),
    "bulk": ("--tasks", "20"),
    "campaign": ("--institutions", "100"),
    "inbox": ("--tasks", "20000"),
}


def main() -> int:
    """Run them on this machine, which nothing else should use, and print figures beside targets."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--short", action="store_true", help="a few rounds of each, to see that they run")
    options.add_argument("only", nargs="*", metavar="NAME", help=f"some of {', '.join(RUNS)}")
    chosen = options.parse_args()
    if unknown := set(chosen.only) - set(RUNS):
        options.error(f"there is no measurement {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory(prefix="viis-benchmarks-") as folder:
        figures = Path(folder) / "figures"
        figures.touch()
        failed = [
            name
            for name, arguments in (SHORT if chosen.short else RUNS).items()
            if (not chosen.only or name in chosen.only) and not run(name, arguments, figures)
        ]
        found = gathered(figures)
    print()
    for name, target in TARGETS.items():
        if name in found:
            print(target.line(found[name]))
    for name in failed:
        print(f"benchmarks.{name} FAILED")
    missed = [name for name, figure in found.items() if not TARGETS[name].is_met(figure)]
    return 1 if failed or missed else 0


def run(name: str, arguments: tuple[str, ...], figures: Path) -> bool:
    """One measurement in a process of its own; whether it came to its end."""
    print(f"\n== {name}", flush=True)
    begun = time.monotonic()
    command = [sys.executable, "-m", f"benchmarks.{name}", *arguments]
    ended = subprocess.run(command, cwd=ROOT, env={**os.environ, GATHERED: str(figures)}, check=False)
    print(f"({time.monotonic() - begun:.0f} s)", flush=True)
    return ended.returncode == 0


if __name__ == "__main__":
    raise SystemExit(main())
