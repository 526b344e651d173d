"""Where the time of a step goes: `python -m benchmarks.profile`, our whole service under two profilers."""

from __future__ import annotations

import argparse
import cProfile
import pstats
import signal
import time
from collections import Counter
from types import FrameType
from typing import Final

from benchmarks.floor import STEPS
from benchmarks.ground import ground

SAMPLE_SECONDS: Final = 0.001
# Whose code a sample is in: the first of these that a path holds. What is in none of them, above all the
# standard library, belongs to whoever called it.
AREAS: Final = {
    "/psycopg/": "the driver, psycopg",
    "/psycopg_binary": "the driver, psycopg",
    "/django/": "Django",
    "/django_fsm/": "Django",
    "/jsonschema/": "checking the form by its schema",
    "/SpiffWorkflow/": "the engine's core and the library below it",
    "/engine/core/": "the engine's core and the library below it",
    "/engine/": "the engine's rows",
    "/accounts/": "permission, the case, its audit",
    "/cases/": "permission, the case, its audit",
    "/benchmarks/": "the measurement itself",
}
# What the measurement looks up between steps, as an inbox would.
BETWEEN: Final = "open_task"


class Sampler:
    """Looks every millisecond of our processor time whose code runs."""

    def __init__(self) -> None:
        self.found: Counter[str] = Counter()

    def start(self) -> None:
        """Begin to look."""
        signal.signal(signal.SIGPROF, self._look)
        signal.setitimer(signal.ITIMER_PROF, SAMPLE_SECONDS, SAMPLE_SECONDS)

    def stop(self) -> None:
        """Look no more."""
        signal.setitimer(signal.ITIMER_PROF, 0)

    def _look(self, _number: int, frame: FrameType | None) -> None:
        area = ""
        while frame is not None:
            if frame.f_code.co_name == BETWEEN:
                area = AREAS["/benchmarks/"]
            area = area or next(
                (name for part, name in AREAS.items() if part in frame.f_code.co_filename), ""
            )
            frame = frame.f_back
        self.found[area] += 1

    def report(self, milliseconds: float) -> None:
        """Print how a step's processor time divides, in milliseconds and shares."""
        total = sum(self.found.values())
        for area, count in self.found.most_common():
            print(f"    {area:<46} {milliseconds * count / total:5.2f} ms {100 * count / total:5.1f} %")


def main() -> None:
    """Print whose code a step's time is spent in, and the functions that take most."""
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
        steps, sampler = chosen.cases * STEPS, Sampler()
        processor, begun = time.process_time(), time.perf_counter()
        sampler.start()
        for _ in range(chosen.cases):
            service.case()
        sampler.stop()
        ours = (time.process_time() - processor) * 1000 / steps
        wall = (time.perf_counter() - begun) * 1000 / steps
        print(f"a step: {wall - ours:.2f} ms waiting for PostgreSQL, {ours:.2f} ms of our processor, for")
        sampler.report(ours)
        profiler = cProfile.Profile()
        profiler.enable()
        for _ in range(chosen.cases):
            service.case()
        profiler.disable()
        for order in ("cumulative", "tottime"):
            pstats.Stats(profiler).sort_stats(order).print_stats(chosen.lines)


if __name__ == "__main__":
    main()
