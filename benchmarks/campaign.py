"""One campaign in very many institutions, against the floor: `python -m benchmarks.campaign`."""

from __future__ import annotations

import argparse
import cProfile
import pstats
import time
from collections.abc import Callable
from statistics import median

from benchmarks.floor import Floor
from benchmarks.ground import ground, owner_url
from benchmarks.targets import tell

PROCESS = "campaign"
TOGETHER = 100


def main() -> None:
    """Start so many cases by a campaign, the floor's starts beside them; print seconds and ratio."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--institutions", type=int, default=2700)
    options.add_argument("--rounds", type=int, default=1)
    options.add_argument("--profile", action="store_true", help="show where the time goes")
    chosen = options.parse_args()
    many = chosen.institutions
    with ground():
        floor = Floor.prepare(owner_url())
        fill(many)
        ours, least, singly = [], [], []
        for _ in range(chosen.rounds):
            least.append(floor.starts(many, TOGETHER))
            singly.append(floor.starts(many, 1))
            ours.append(profiled(start) if chosen.profile else start())
            end_all()
        report(ours, least, singly, many)
        floor.close()


def fill(many: int) -> None:
    """So many institutions with a head each, beside those of the seed."""
    from datetime import date

    from django.db import connection

    from accounts.models import Role, RoleGrant, User
    from engine import clock
    from registries.models import Organisation, Person
    from registries.models.organisations import INSTITUTION_KINDS

    now = clock.now()
    towns = list(Organisation.objects.filter(kind="municipality", status="active"))
    missing = many - Organisation.objects.active().filter(kind__in=INSTITUTION_KINDS).count()
    made = Organisation.objects.bulk_create(
        Organisation(
            kind="general",
            name=f"Mērījuma skola {n}",
            municipality=towns[n % len(towns)],
            founder=towns[n % len(towns)],
        )
        for n in range(missing)
    )
    people = Person.objects.bulk_create(
        Person(given_name="Ilze", family_name=f"Mērniece {n}", email=f"m{n}@skola.example")
        for n in range(len(made))
    )
    users = User.objects.bulk_create(
        User(username=f"head.{n}", person=person, password="!") for n, person in enumerate(people)
    )
    RoleGrant.objects.bulk_create(
        RoleGrant(
            user=user,
            role=Role.INSTITUTION_HEAD,
            organisation=organisation,
            valid_from=date(2020, 1, 1),
            granted_at=now,
            case_number="GIVEN",
        )
        for user, organisation in zip(users, made, strict=True)
    )
    with connection.cursor() as cursor:
        # As autovacuum leaves tables that have stood for a while.
        cursor.execute("VACUUM (ANALYZE)")


def start() -> float:
    """Ask for the campaign and let a worker start its cases; the seconds from asking to the end."""
    from accounts.actors import actor_of
    from accounts.models import User
    from cases.models import Batch
    from cases.services.campaigns import Selection, start_campaign
    from engine import jobs
    from engine.models import Wait

    officer = actor_of(User.objects.select_related("person").get(username="karlis.paraugs"), "page")
    begun = time.perf_counter()
    asked = start_campaign(PROCESS, Selection(), user=officer, reason="Mērījums")
    took = time.perf_counter() - begun
    while Batch.objects.get(pk=asked.pk).ended_at is None:
        # The mails that it asks for are not part of the measure: they go out afterwards.
        Wait.objects.filter(topic="notifications.mail").delete()
        begun = time.perf_counter()
        jobs.run_due("measurement", limit=1)
        took += time.perf_counter() - begun
    Wait.objects.filter(topic="notifications.mail").delete()
    assert asked.items.exclude(status="done").count() == 0
    return took


def end_all() -> None:
    """Make room for the next round: a campaign leaves out institutions in which it runs."""
    from cases.models import Case

    Case.objects.filter(process_key=PROCESS).update(status="closed")


def profiled(act: Callable[[], float]) -> float:
    """The same under a profiler, whose own cost is in the seconds."""
    profiler = cProfile.Profile()
    took = profiler.runcall(act)
    for order in ("cumulative", "tottime"):
        pstats.Stats(profiler).sort_stats(order).print_stats(45)
    return took


def report(ours: list[float], least: list[float], singly: list[float], many: int) -> None:
    """Seconds of all and ratios within the run."""
    ratio = median(a / b for a, b in zip(ours, singly, strict=True))
    print(f"{many} institutions; the floor, a hundred starts a transaction: {median(least):.1f} s")
    print(f"the floor, one start a transaction: {median(singly):.1f} s")
    print(f"a started case against one of the floor by itself: {ratio:.1f}")
    tell("campaign", median(ours))


if __name__ == "__main__":
    main()
