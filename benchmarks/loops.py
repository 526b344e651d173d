"""What a step costs at iteration 1,000 of a loop against iteration 10: `python -m benchmarks.loops`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from statistics import median

from benchmarks.ground import files_of, ground
from benchmarks.targets import tell

EARLY, LATE = 10, 1000
ROUNDS = 40


def main() -> None:
    """Measure the engine alone and the whole service, and print both ratios."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--iterations", type=int, default=LATE)
    late = options.parse_args().iterations
    with ground():
        from benchmarks.engine_alone import Engine
        from benchmarks.service import Service

        compare("loop_engine", Engine.prepare(files_of("loop")).loop, late)
        compare("loop_service", Service.prepare("loop").loop, late)


def compare(name: str, loop: Callable[[], Callable[[], float]], late: int) -> None:
    """Step an old loop in turn with new ones, at iteration `late` and at 10; print medians and ratio."""
    old = loop()
    for _ in range(late - ROUNDS // 2):
        old()
    pairs = [(_iteration(loop(), EARLY), old()) for _ in range(ROUNDS)]
    early, end = (median(times) for times in zip(*pairs, strict=True))
    print(f"{name:<24} iteration {EARLY}: {early * 1e6:7.0f} us   iteration {late}: {end * 1e6:7.0f} us")
    tell(name, end / early)


def _iteration(step: Callable[[], float], number: int) -> float:
    for _ in range(number - 1):
        step()
    return step()


if __name__ == "__main__":
    main()
