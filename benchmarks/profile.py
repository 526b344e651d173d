"""Where the time of a step goes: `python -m benchmarks.profile`, our whole service under a profiler."""

from __future__ import annotations

import argparse
import cProfile
import pstats
import time

from benchmarks.floor import STEPS
from benchmarks.ground import ground


def main() -> None:
    """Profile whole cases and print the functions that take most by themselves and with what they call."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cases", type=int, default=100)
    options.add_argument("--lines", type=int, default=35)
    chosen = options.parse_args()
    with ground():
        from benchmarks.approval import KEY
        from benchmarks.service import Service

        service = Service.prepare(KEY)
        for _ in range(5):
            service.case()
        processor, begun = time.process_time(), time.perf_counter()
        for _ in range(chosen.cases):
            service.case()
        steps = chosen.cases * STEPS
        print(f"CPU of our process a step {(time.process_time() - processor) * 1000 / steps:.2f} ms")
        print(f"wall clock a step {(time.perf_counter() - begun) * 1000 / steps:.2f} ms")
        profiler = cProfile.Profile()
        profiler.enable()
        for _ in range(chosen.cases):
            service.case()
        profiler.disable()
        for order in ("cumulative", "tottime"):
            pstats.Stats(profiler).sort_stats(order).print_stats(chosen.lines)


if __name__ == "__main__":
    main()
