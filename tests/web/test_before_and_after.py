"""After a correction the officer sees each answer before and after it, with their own words beside."""

import re

from django.urls import reverse

from cases.services.tasks import complete_task, save_draft
from engine import jobs
from tests.access_request.conftest import actor
from tests.web.conftest import text

FIRST = "Ievada skolēnu datus savai klasei."
SECOND = "Ievada skolēnu datus visām klasēm."


def cells(page):
    """The rows of what changed: question with the words on it, before, now; without tags."""
    part = re.search(r'<section class="app-changes".*?</section>', page, re.DOTALL)
    assert part is not None
    rows = re.findall(r"<tr role=\"row\">(.*?)</tr>", part[0].partition("<tbody")[2], re.DOTALL)
    plain = [
        [re.sub(r"<[^>]+>", " ", cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)]
        for row in rows
    ]
    return [[" ".join(cell.split()) for cell in row] for row in plain]


def corrected(walk, **changes):
    walk.to_decision(reason=FIRST)
    walk.give_back(
        "decide", "karlis.paraugs", reason="Vai tikai savai klasei?", roles="Vai ar šo lomu pietiek?"
    )
    task = walk.task("correct")
    complete_task(task.public_id, user=actor("ilze.piemere"), answers=changes)
    jobs.run_due("test", until_empty=True)
    walk.confirm()
    return walk


def test_the_officer_sees_before_and_after_side_by_side_with_their_words(visit, walk):
    corrected(walk, reason=SECOND)
    task = walk.task("decide")
    assert task.assignee == "karlis.paraugs"

    page = text(visit("karlis.paraugs").get(reverse("task", args=[task.public_id])))
    rows = cells(page)

    reason = next(row for row in rows if "Vai tikai savai klasei?" in row[0])
    assert reason[1:] == [FIRST, SECOND]
    roles = next(row for row in rows if "Vai ar šo lomu pietiek?" in row[0])
    assert roles[2] == "Nav mainīts"
    assert len(rows) == 2


def test_before_the_first_return_there_is_nothing_to_compare(visit, walk):
    walk.to_decision(reason=FIRST)

    page = text(visit("karlis.paraugs").get(reverse("task", args=[walk.task("decide").public_id])))

    assert "app-changes" not in page


def test_the_applicant_checks_a_correction_beside_the_officers_words(visit, walk):
    walk.to_decision(reason=FIRST)
    walk.give_back("decide", "karlis.paraugs", reason="Vai tikai savai klasei?")
    task = walk.task("correct")
    save_draft(task.public_id, user=actor("ilze.piemere"), content={"reason": SECOND}, version=0)

    page = text(visit("ilze.piemere").get(reverse("task_check", args=[task.public_id])))

    assert FIRST in page
    assert SECOND in page
    assert "Vai tikai savai klasei?" in page
