"""How long decisions really took in the last year, by process and kind: a small table made once a day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import connection, transaction

from cases import calendar
from cases.calendar import RIGA
from cases.models import Case, UsualTime
from engine import recurring
from engine.handlers import HandlerContext, handler

TOPIC: Final = "cases.usual_times"
YEAR: Final = timedelta(days=365)

# The kind is what the first answers of a case call so; a process that asks for none has one kind.
_KIND: Final = """coalesce((SELECT a.content ->> 'kind' FROM cases_answer a
    WHERE a.case_id = c.id ORDER BY a.id LIMIT 1), '')"""
_TAKEN: Final = f"""
SELECT c.process_key, {_KIND} AS kind, (c.submitted_at AT TIME ZONE 'Europe/Riga')::date AS first,
    (c.decided_at AT TIME ZONE 'Europe/Riga')::date AS last, count(*)
FROM cases_case c
WHERE c.decided_at > %(since)s AND c.decided_at <= %(now)s AND c.submitted_at IS NOT NULL
GROUP BY 1, 2, 3, 4
"""  # noqa: S608 (our constants)
_KINDS: Final = f"SELECT c.id, {_KIND} FROM cases_case c WHERE c.id = ANY(%s)"  # noqa: S608


recurring.every(TOPIC, timedelta(days=1))


@handler(
    TOPIC,
    runs="job",
    repeat="safe",
    title=("Parasto izskatīšanas laiku skaitīšana", "Counting the usual times of decisions"),
)
def count_usual_times(context: HandlerContext) -> Mapping[str, object] | None:
    """Makes the table anew from the decisions of the year before."""
    day = context.now.astimezone(RIGA).date()
    with transaction.atomic():
        UsualTime.objects.all().delete()
        UsualTime.objects.bulk_create(_figures(context.now, day))
    return None


def _figures(now: datetime, day: date) -> list[UsualTime]:
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN, {"since": now - YEAR, "now": now})
        rows = cursor.fetchall()
    found: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for process, kind, first, last, count in rows:
        taken = calendar.working_days_between(first, last)
        found.setdefault((process, kind[:60]), []).append((taken, count))
    return [
        UsualTime(
            process_key=process,
            kind=kind,
            day=day,
            cases=sum(count for _taken, count in times),
            median=quantile(times, 50),
            most=quantile(times, 80),
        )
        for (process, kind), times in found.items()
    ]


def quantile(times: Iterable[tuple[int, int]], percent: int) -> int:
    """The least number of days within which so many percent are done; `times` are (days, how many)."""
    ordered = sorted(times)
    wanted, seen = sum(count for _days, count in ordered) * percent, 0
    for days, count in ordered:
        seen += count
        if seen * 100 >= wanted:
            return days
    return 0


def usual_times(cases: Sequence[Case]) -> Mapping[int, UsualTime]:
    """The figures for each case by its id, where enough cases stand behind them; two statements."""
    rows = list(UsualTime.objects.filter(process_key__in={case.process_key for case in cases}))
    known = {
        (row.process_key, row.kind): row for row in rows if row.cases >= settings.EXPECTATION_LEAST_CASES
    }
    if not known:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_KINDS, [[case.pk for case in cases]])
        kinds: dict[int, str] = dict(cursor.fetchall())
    found = {case.pk: known.get((case.process_key, kinds.get(case.pk, "")[:60])) for case in cases}
    return {key: row for key, row in found.items() if row is not None}
