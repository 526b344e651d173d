"""The reference work, four ways side by side: `python -m benchmarks.approval`.

Our whole service, our engine alone, the library as it comes, and the floor of the same PostgreSQL.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any

from benchmarks.floor import STEPS, Floor
from benchmarks.ground import files_of, ground, owner_url, shown
from benchmarks.targets import tell

AT_START: Mapping[str, Any] = {
    "organisation": 12,
    "founder": 13,
    "ministry": 1,
    "municipality": 13,
    "applicant": "ilze.piemere",
    "applicant_person": 77,
}
LINES = ("topic", "reason", "plan", "place", "contact", "partner", "means", "risks", "remarks")
SUBMITTED: Mapping[str, Any] = {
    "amount": 500,
    **{name: f"Atbilde jautājumam {name}: divi vai trīs teikuma gabali, kā cilvēki mēdz." for name in LINES},
}
APPROVED: Mapping[str, Any] = {"approved": True}
DECIDED: Mapping[str, Any] = {"granted": True}
ANSWERS = (SUBMITTED, APPROVED, DECIDED)
KEY, NESTED = "approval", "nested_approval"


def main() -> None:
    """Run the four in turn, round after round, and print medians and ratios."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=15)
    options.add_argument("--cases", type=int, default=10, help="cases a round for those with a database")
    chosen = options.parse_args()
    with ground():
        from benchmarks.service import Service

        floor, service = Floor.prepare(owner_url()), Service.prepare(KEY)
        contenders = {
            "floor": _wall(floor.case, chosen.cases),
            "service": _wall(service.case, chosen.cases),
            "nested service": _wall(Service.prepare(NESTED).case, chosen.cases),
            **{name: _cpu(walk, 5) for name, walk in engines().items()},
        }
        times = interleaved(contenders, chosen.rounds)
        report(times)
        service.report()
        floor.close()


def engines() -> dict[str, Callable[[], object]]:
    """One whole case in our engine, in our engine inside a subprocess, and in the library."""
    from benchmarks.engine_alone import Engine
    from benchmarks.library import Library

    ours, inside = Engine.prepare(files_of(KEY)), Engine.prepare(files_of(NESTED))
    library = Library.prepare(files_of(KEY)[f"{KEY}.bpmn"].decode(), KEY)

    def walk(engine: Engine | Library) -> Any:
        state: Any = engine.start({**AT_START, **SUBMITTED})
        for answers in ANSWERS:
            state = engine.complete(state, answers)
        return state

    assert all(engine.is_over(walk(engine)) for engine in (ours, inside, library))
    return {
        "engine": lambda: walk(ours),
        "nested engine": lambda: walk(inside),
        "library": lambda: walk(library),
    }


def interleaved(contenders: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Milliseconds a step of every contender, in turn, round by round; the first round is warm-up."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, run in contenders.items():
            took = run()
            if number:
                times[name].append(took)
    return times


def report(times: Mapping[str, list[float]]) -> None:
    """Medians, then the ratios against their targets."""
    for name, values in times.items():
        what = "CPU a step" if name in ("engine", "nested engine", "library") else "a step"
        print(shown(f"{name}, {what}", values, "ms"))
    for name in ("floor", "service"):
        print(f"{name + ', cases a second':<44} {1000 / STEPS / median(times[name]):>10.1f}")
    print()
    for name, figure in ratios(times).items():
        tell(name, figure)


def ratios(times: Mapping[str, list[float]]) -> dict[str, float]:
    """Every ratio within the same round, its median, by the name of its target."""

    def ratio(one: str, other: str) -> float:
        return median(a / b for a, b in zip(times[one], times[other], strict=True))

    return {
        "engine": ratio("library", "engine"),
        "service": ratio("floor", "service"),
        "nested_engine": ratio("nested engine", "engine"),
        "nested_service": ratio("nested service", "service"),
    }


def _wall(case: Callable[[], float], cases: int) -> Callable[[], float]:
    def run() -> float:
        return sum(case() for _ in range(cases)) * 1000 / cases / STEPS

    return run


def _cpu(case: Callable[[], object], cases: int) -> Callable[[], float]:
    def run() -> float:
        begun = time.process_time()
        for _ in range(cases):
            case()
        return (time.process_time() - begun) * 1000 / cases / STEPS

    return run


if __name__ == "__main__":
    main()
