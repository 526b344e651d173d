"""The targets: each has a name, what it must and should be, and the measurement that tells the figure."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

# Where the figures of a whole run are gathered, a line of JSON each.
GATHERED = "VIIS_BENCHMARK_FIGURES"


@dataclass(frozen=True, slots=True)
class Target:
    """A figure that must be at most, or `at_least`, so much, and should be `aim`."""

    what: str
    must: float
    aim: float
    at_least: bool = False
    digits: int = 2

    def is_met(self, figure: float) -> bool:
        """Whether the figure is as it must be."""
        return figure >= self.must if self.at_least else figure <= self.must

    def line(self, figure: float) -> str:
        """The figure beside what it must be."""
        better = "at least" if self.at_least else "at most"
        verdict = "" if self.is_met(figure) else "   NOT MET"
        return (
            f"{self.what:<58} {figure:10.{self.digits}f}   {better} {self.must:g} (aim {self.aim:g}){verdict}"
        )


TARGETS = {
    "engine": Target("engine CPU a step, the library's against ours", 5, 8, at_least=True),
    "service": Target("cases/s, the whole service against the floor", 0.167, 0.25, at_least=True),
    "nested_engine": Target("engine CPU, inside a subprocess against plain", 1.5, 1.3),
    "nested_service": Target("service, inside a subprocess against plain", 1.5, 1.3),
    "statements": Target("SQL statements a completed task", 10, 7, digits=0),
    "state": Target("bytes of state while the case waits", 2500, 1500, digits=0),
    "loop_engine": Target("engine, iteration 1,000 of a loop against 10", 1.2, 1.0),
    "loop_service": Target("service, iteration 1,000 of a loop against 10", 1.2, 1.0),
    "inbox": Target("inbox, the query of a page, the slowest of four, ms", 5, 1),
    "inbox_http": Target("inbox through the API, 95th percentile, ms", 60, 30, digits=1),
    "workers": Target("cases/s, two processes against one", 1.6, 1.9, at_least=True),
    "campaign": Target("a campaign started, s", 60, 10, digits=1),
    "bulk": Target("a decision on many tasks, s", 30, 10, digits=1),
}


def tell(name: str, figure: float) -> None:
    """Print a figure beside its target, and keep it for the table of a whole run."""
    print(TARGETS[name].line(figure))
    if path := os.environ.get(GATHERED):
        with Path(path).open("a") as lines:
            lines.write(json.dumps([name, figure]) + "\n")


def gathered(path: Path) -> dict[str, float]:
    """The figures that were kept, by the name of their target."""
    return dict(json.loads(line) for line in path.read_text().splitlines())
