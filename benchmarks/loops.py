"""What a step costs at iteration 1,000 of a loop against iteration 10: `python -m benchmarks.loops`."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from statistics import median

from benchmarks.ground import files_of, ground
from benchmarks.targets import tell

EARLY, LATE = 10, 1000
WINDOW = 8


def main() -> None:
    """Measure the engine alone and the whole service, and print both ratios."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--iterations", type=int, default=LATE)
    late = options.parse_args().iterations
    with ground():
        from benchmarks.service import Service

        report("loop_engine", walk(engine_step(), late), late)
        report("loop_service", walk(Service.prepare("loop").loop_step(), late), late)


def engine_step() -> Callable[[], float]:
    """One iteration of the core: load, complete, dump; the CPU time it took."""
    from benchmarks.engine_alone import Engine

    engine = Engine.prepare(files_of("loop"))
    state = engine.start({"organisation": 1, "applicant": "somebody"})

    def step() -> float:
        nonlocal state
        begun = time.process_time()
        state = engine.complete(state, {"again": True})
        return time.process_time() - begun

    return step


def walk(step: Callable[[], float], iterations: int) -> list[float]:
    """The time of every iteration, in order."""
    return [step() for _ in range(iterations)]


def report(name: str, times: list[float], late: int) -> None:
    """Print the medians around both iterations and their ratio."""
    early = median(times[EARLY - WINDOW // 2 : EARLY + WINDOW // 2])
    end = median(times[late - WINDOW :])
    print(f"{name:<24} iteration {EARLY}: {early * 1e6:7.0f} us   iteration {late}: {end * 1e6:7.0f} us")
    tell(name, end / early)


if __name__ == "__main__":
    main()
