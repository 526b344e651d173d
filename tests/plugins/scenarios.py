"""What the scenarios of every process folder cover: each sequence flow and boundary event, or the test fails.

`--scenario-drawings FOLDER` writes each diagram as SVG, green where a scenario went and red where none did.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from cases.notifications.plan import sent_by
from engine import catalog, clock
from engine.core.definition import Definition
from tests.plugins import summary
from tests.plugins.coverage_drawing import drawn
from tests.plugins.database import tidy
from tests.plugins.scenario_walks import Scenario, Walked, is_boundary, scenarios_of, walk

DRAWINGS = "--scenario-drawings"


def folders(directory: Path) -> list[Path]:
    """The process folders; each has scenarios, or this fails."""
    found = catalog.folders_of(directory)
    without = [folder.name for folder in found if not (folder / "scenarios.toml").exists()]
    assert not without, f"process folders without scenarios.toml: {without}"
    return found


@dataclass
class Coverage:
    """What the walks of one process passed together."""

    definition: Definition
    xml: str
    walked: dict[str, Walked] = field(default_factory=dict)

    def times(self) -> Counter[str]:
        """How often each sequence flow was taken and each boundary event happened, by id; 0 for never."""
        found = Counter(dict.fromkeys(self._wanted(), 0))
        for one in self.walked.values():
            found.update(one.flows)
            found.update(one.boundaries)
        return found

    def missing(self) -> list[str]:
        """Sequence flows and boundary events that no walk took."""
        times = self.times()
        return [key for key in self._wanted() if not times[key]]

    def _wanted(self) -> list[str]:
        elements = self.definition.elements
        return sorted(self.definition.flows) + sorted(key for key in elements if is_boundary(elements[key]))

    def unsent(self) -> set[str]:
        """What handlers of the process are said to send, and no walk made them send."""
        topics = {element.topic for element in self.definition.elements.values()}
        return sent_by(topics) - set().union(*(one.messages for one in self.walked.values()))

    @property
    def percent(self) -> float:
        """How much was covered."""
        everything = len(self._wanted())
        return 100.0 * (everything - len(self.missing())) / everything

    def draw(self, folder: Path) -> Path:
        """Writes the diagram, coloured by what was covered, as SVG into the folder; the file."""
        written = folder / f"{self.definition.key}.svg"
        folder.mkdir(parents=True, exist_ok=True)
        written.write_text(drawn(self.xml, self.times(), title=self.definition.name), encoding="utf-8")
        self.tell(f", drawn in {written}")
        return written

    def tell(self, more: str = "") -> None:
        """Say at the end of the run how much was covered."""
        process = self.definition.key
        line = f"scenarios of {process}: {self.percent:.1f} % of flows and boundary events{more}"
        summary.tell(f"scenarios of {process}", line)


def _uncovered(folder: Path) -> Coverage:
    """The process of a folder, deployed and not walked yet."""
    deployed = catalog.deploy_folder(folder)
    xml = next(text for name, text in catalog.files_of(deployed).items() if name.endswith(".bpmn"))
    return Coverage(catalog.definition(deployed.pk), xml)


def walk_all(folder: Path) -> Coverage:
    """Walk every scenario of a folder, each in a savepoint that is rolled back."""
    coverage = _uncovered(folder)
    for scenario in scenarios_of(folder):
        with rolled_back():
            coverage.walked[scenario.name] = walk(scenario)
    return coverage


def coverage_of(folder: Path) -> Coverage:
    """What the scenarios of a folder cover: as measured in this session if all of them were, else walked."""
    measured = _measured.get(folder.name)
    if measured is None or set(measured.walked) != {one.name for one in scenarios_of(folder)}:
        measured = _measured[folder.name] = walk_all(folder)
    measured.tell()
    return measured


class _Back(Exception):
    pass


class rolled_back:  # noqa: N801 (reads as a word)
    """A savepoint that is undone, whatever happened in it."""

    def __enter__(self) -> None:
        self.atomic = transaction.atomic()
        # As Django's own TestCase does: services may open their durable transaction inside.
        vars(self.atomic)["_from_testcase"] = True
        self.atomic.__enter__()

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        undo = _Back()
        self.atomic.__exit__(_Back, undo, undo.__traceback__)


_measured: dict[str, Coverage] = {}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test per scenario for whoever asks for `scenario`, and one per folder for `process_folder`."""
    if "scenario" in metafunc.fixturenames:
        found = [one for folder in folders(Path(settings.PROCESSES_DIR)) for one in scenarios_of(folder)]
        metafunc.parametrize("scenario", found, ids=[f"{one.process}-{one.name}" for one in found])
    if "process_folder" in metafunc.fixturenames:
        every = folders(Path(settings.PROCESSES_DIR))
        metafunc.parametrize("process_folder", every, ids=[folder.name for folder in every])


@pytest.fixture(scope="module")
def seeded(django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    """The demonstration's people, made once for the module and undone after it."""
    from accounts.seed import seed

    with django_db_blocker.unblock():
        # What the modules before left behind dead would be read over again and again.
        tidy("VACUUM")
        with rolled_back():
            before = getattr(settings, "SEED_ALLOWED", False)
            settings.SEED_ALLOWED = True
            seed(now=clock.now())
            settings.SEED_ALLOWED = before
            tidy("ANALYZE")
            yield
    catalog.forget()


def measure(scenario: Scenario) -> Walked:
    """Walk a scenario and remember what it passed for the process's coverage."""
    fresh = _uncovered(Path(settings.PROCESSES_DIR) / scenario.process)
    coverage = _measured.setdefault(scenario.process, fresh)
    walked = coverage.walked[scenario.name] = walk(scenario)
    coverage.tell()
    return walked


@pytest.fixture
def drawings(request: pytest.FixtureRequest) -> Path | None:
    """Where drawings of the coverage go, if they are asked for."""
    folder: Path | None = request.config.getoption(DRAWINGS)
    return folder.resolve() if folder else None
