"""One decision on very many tasks, against as many steps of the floor: `python -m benchmarks.bulk`."""

from __future__ import annotations

import argparse
import cProfile
import pstats
import time
from statistics import median
from typing import TYPE_CHECKING
from uuid import UUID

from benchmarks.floor import Floor
from benchmarks.ground import ground, owner_url
from benchmarks.targets import tell

if TYPE_CHECKING:
    from benchmarks.service import Service


def main() -> None:
    """Decide so many waiting tasks at once, the floor's steps beside it, and print seconds and ratio."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--tasks", type=int, default=1000)
    options.add_argument("--rounds", type=int, default=1)
    options.add_argument("--profile", action="store_true", help="show where the time goes")
    chosen = options.parse_args()
    with ground():
        from benchmarks.approval import KEY
        from benchmarks.service import Service

        floor, service = Floor.prepare(owner_url()), Service.prepare(KEY)
        ours, least = [], []
        for _ in range(chosen.rounds):
            tasks = waiting(service, chosen.tasks)
            least.append(floor.steps(chosen.tasks))
            ours.append(profiled(service, tasks) if chosen.profile else decide(service, tasks))
        report(ours, least, chosen.tasks)
        floor.close()


def waiting(service: Service, many: int) -> list[UUID]:
    """So many cases that wait for the ministry's decision; their tasks."""
    from benchmarks.approval import APPROVED, SUBMITTED

    tasks = []
    for number in range(many):
        task = service.start()
        for actor, answers in ((service.applicant, SUBMITTED), (service.municipality, APPROVED)):
            service.complete(task, actor, answers)
            task = service.open_task(task) or task
        tasks.append(task)
        if number % 50 == 49:
            print(f"\r{number + 1:>6} of {many} tasks made", end="", flush=True)
    print()
    return tasks


def decide(service: Service, tasks: list[UUID]) -> float:
    """Ask for one decision on all of them and let a worker do it; the seconds from asking to the end."""
    from benchmarks.approval import DECIDED
    from cases.services.bulk import start_bulk
    from engine import jobs

    begun = time.perf_counter()
    asked = start_bulk(tasks, user=service.ministry, kind="complete", answers=dict(DECIDED))
    while not _ended(asked.pk):
        jobs.run_due("measurement", limit=1)
    took = time.perf_counter() - begun
    assert asked.items.filter(status="done").count() == len(tasks)
    return took


def _ended(pk: int) -> bool:
    from cases.models import BulkAction

    return BulkAction.objects.get(pk=pk).ended_at is not None


def profiled(service: Service, tasks: list[UUID]) -> float:
    """The same under a profiler, whose own cost is in the seconds."""
    profiler = cProfile.Profile()
    took = profiler.runcall(decide, service, tasks)
    for order in ("cumulative", "tottime"):
        pstats.Stats(profiler).sort_stats(order).print_stats(40)
    return took


def report(ours: list[float], least: list[float], tasks: int) -> None:
    """Seconds of both sides and their ratio within the run."""
    seconds, ratio = median(ours), median(a / b for a, b in zip(ours, least, strict=True))
    print(f"{tasks} tasks decided; the floor, as many steps: {median(least):.1f} s")
    print(f"a decided task against a step of the floor: {ratio:.1f}")
    tell("bulk", seconds)


if __name__ == "__main__":
    main()
