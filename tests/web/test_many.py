"""Doing one thing to many tasks from the list, without scripts: tick, answer once, check, look on."""

import re

import pytest
from django.urls import reverse

from cases.models import BulkAction, KeptText
from cases.services.keeping import seal_of
from cases.services.tasks import claim_task
from engine import clock, jobs
from engine.models import Task
from registries.queries import employees
from tests.access_request.conftest import CONFIRMED, actor, request
from tests.web.conftest import text

REFUSE = {"decision": "refuse", "reasons": "Nav pamata, jo lietotājs tur nestrādā."}


@pytest.fixture
def waiting(begin):
    """Two requests about two people that wait for the decision."""
    return [_to_decision(begin), _to_decision(begin)]


def _to_decision(begin):
    walk = begin()
    taken = set(Task.objects.filter(status="open").values_list("instance__case__subject_id", flat=True))
    staff = employees(walk.case.organisation, clock.now().date()).filter(person__user=None)
    person = next(row.person for row in staff if row.person_id not in taken)
    return walk.to_decision(person=str(person.public_id), email=f"{person.pk}@example.lv")


def ids(walks):
    return [str(walk.task("decide").public_id) for walk in walks]


def hidden(page, action):
    """The hidden fields of the form with this action, by name."""
    form = re.search(rf'<form method="post" action="{action}".*?</form>', page, re.DOTALL)
    assert form is not None
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[0]):
        found.setdefault(name, []).append(value)
    return found


def test_ticked_tasks_are_decided_together_and_each_says_what_became_of_it(visit, waiting):
    officer, bulk = visit("karlis.paraugs"), reverse("bulk")
    inbox = text(officer.get(reverse("inbox")))
    assert inbox.count('type="checkbox" name="task"') == 2
    assert "Pieņemt lēmumu</button>" in inbox

    asked = text(officer.post(bulk, do="complete", task=ids(waiting)))
    assert "Lēmums par pieeju: 2 uzdevumi" in asked
    assert 'value="grant"' in asked
    assert 'value="partial"' not in asked
    checked = text(officer.post(bulk, do="complete", step="check", task=ids(waiting), **REFUSE))
    assert "Tas attieksies uz <b>2 uzdevumiem</b>" in checked
    assert "Nav pamata, jo lietotājs tur nestrādā." in checked
    assert BulkAction.objects.count() == 0
    sent = officer.post(bulk, **hidden(checked, bulk))
    where = sent.headers["Location"]
    assert "Veikti 0 no 2 atlasītajiem uzdevumiem" in text(officer.get(where))
    assert where in text(officer.get(reverse("inbox")))
    jobs.run_due("test", until_empty=True)

    result = text(officer.get(where))
    assert "2 uzdevumi paveikti." in result
    assert result.count("Paveikts</span>") == 2
    assert where not in text(officer.get(reverse("inbox")))
    assert {walk.fresh().outcome for walk in waiting} == {"refused"}


def test_a_row_that_cannot_be_done_is_told_before_and_after(visit, waiting):
    first, second = waiting
    officer, bulk = visit("karlis.paraugs"), reverse("bulk")
    claim_task(first.task("decide").public_id, user=actor("anna.paraudzina"))

    checked = text(officer.post(bulk, do="complete", step="check", task=ids(waiting), **REFUSE))

    assert "1 no atlasītajiem uzdevumiem paliks kā līdz šim" in checked
    assert "Anna Paraudziņa" in checked
    claim_task(second.task("decide").public_id, user=actor("anna.paraudzina"))
    where = officer.post(bulk, **hidden(checked, bulk)).headers["Location"]
    jobs.run_due("test", until_empty=True)
    result = text(officer.get(where))
    assert "0 uzdevumu paveikts, 1 nav paveikts." in result
    assert "Kāpēc ne visi" in result
    assert second.fresh().status == "submitted"


def test_a_signature_that_nobody_has_checked_keeps_its_request_out_of_the_many(visit, waiting, begin):
    walk = begin()
    staff = employees(walk.case.organisation, clock.now().date()).filter(person__user=None)
    person = staff.exclude(person__cases__in=[one.case for one in waiting]).last().person
    walk.do("fill_request", "ilze.piemere", **request(person=str(person.public_id), email="x@example.lv"))
    walk.accept()
    walk.do("confirm_request", "ilze.piemere", **{**CONFIRMED, "how": "paper"})
    granted = {"do": "complete", "step": "check", "task": ids([*waiting, walk]), "decision": "grant"}

    page = text(visit("karlis.paraugs").post(reverse("bulk"), **granted))

    assert "Tas attieksies uz <b>2 uzdevumiem</b>" in page
    barred = page.split('id="barred"')[1]
    assert barred.count("Jāskata atsevišķi. Ierakstiet, kā pārbaudījāt parakstus.") == 1
    assert walk.case.number in barred


def test_a_decision_without_its_reasons_is_asked_again_and_nothing_starts(visit, waiting):
    officer = visit("karlis.paraugs")

    answer = officer.post(reverse("bulk"), do="complete", step="check", task=ids(waiting), decision="refuse")

    assert answer.status_code == 422
    assert "<title>Kļūda:" in text(answer)
    assert "Pamatojiet lēmumu." in text(answer)
    assert BulkAction.objects.count() == 0


def test_nothing_ticked_says_so_on_the_list(visit, waiting):
    page = text(visit("karlis.paraugs").follow(reverse("bulk"), do="complete"))

    assert "Atlasiet vismaz vienu uzdevumu." in page


def test_without_scripts_a_link_ticks_the_whole_page(visit, waiting):
    page = text(visit("karlis.paraugs").get(reverse("inbox"), select="all"))

    assert page.count(" checked aria-label") == 2


def test_many_go_to_a_colleague_of_the_group_only(visit, waiting):
    officer, bulk = visit("karlis.paraugs"), reverse("bulk")
    asked = text(officer.post(bulk, do="assign", task=ids(waiting)))
    assert '<option value="anna.paraudzina">' in asked
    assert '<option value="karlis.paraugs">' not in asked
    assert '<option value="ilze.piemere">' not in asked
    asked_for = {"do": "assign", "step": "check", "task": ids(waiting)}
    assert officer.post(bulk, **asked_for, to="ilze.piemere").status_code == 422

    checked = text(officer.post(bulk, **asked_for, to="anna.paraudzina"))
    officer.post(bulk, **hidden(checked, bulk))
    jobs.run_due("test", until_empty=True)

    assert {walk.task("decide").assignee for walk in waiting} == {"anna.paraudzina"}


def test_the_result_is_nobody_elses(visit, waiting):
    officer, bulk = visit("karlis.paraugs"), reverse("bulk")
    checked = text(officer.post(bulk, do="claim", task=ids(waiting)))
    where = officer.post(bulk, **hidden(checked, bulk)).headers["Location"]

    assert visit("anna.paraudzina").get(where).status_code == 404
    assert visit("anna.paraudzina").post(f"{where}partraukt/").status_code == 404
    assert officer.follow(f"{where}partraukt/").status_code == 200
    assert set(BulkAction.objects.get().items.values_list("status", flat=True)) == {"cancelled"}


def test_who_submits_a_few_requests_a_year_sees_a_plain_list(visit, walk):
    page = text(visit("ilze.piemere").get(reverse("inbox")))

    assert 'name="task"' not in page


def test_reasons_typed_after_the_session_ended_are_there_again_for_the_same_tasks(visit, waiting):
    officer, bulk = visit("karlis.paraugs"), reverse("bulk")
    asked = hidden(text(officer.post(bulk, do="complete", task=ids(waiting))), bulk)

    officer.client.session.flush()
    sent = officer.post(bulk, **asked, **REFUSE)
    told = visit("anna.paraudzina").get(bulk)
    again = text(visit("karlis.paraugs").get(bulk))

    assert sent.headers["Location"] == f"{reverse('sign_in')}?next={bulk}"
    assert told.headers["Location"] == reverse("inbox")
    assert KeptText.objects.get().owner == "karlis.paraugs"
    assert REFUSE["reasons"] in again
    assert "Šeit ir tas, ko rakstījāt, pirms beidzās sesija. Tas vēl nav nosūtīts." in again
    assert hidden(again, bulk)["task"] == ids(waiting)
    assert BulkAction.objects.count() == 0


def test_what_was_kept_for_many_is_gone_when_it_is_sent(visit, waiting):
    officer, bulk = visit("karlis.paraugs"), reverse("bulk")
    asked = hidden(text(officer.post(bulk, do="complete", task=ids(waiting))), bulk)
    checked = hidden(text(officer.post(bulk, **asked, **REFUSE)), bulk)
    officer.client.session.flush()
    officer.post(bulk, **checked)
    back = visit("karlis.paraugs")
    again = hidden(text(back.get(bulk)), bulk)

    back.post(bulk, **hidden(text(back.post(bulk, **again, **REFUSE)), bulk))

    assert BulkAction.objects.get().items.count() == 2
    assert KeptText.objects.count() == 0


def test_nothing_is_kept_without_the_page_about_many_that_they_had_open(visit, waiting):
    asked = {"do": "complete", "step": "check", "task": ids(waiting), **REFUSE}
    of_one_task = seal_of(actor("karlis.paraugs"), waiting[0].task("decide").public_id)
    nobody = visit("karlis.paraugs")
    nobody.client.session.flush()

    for seal in ("", of_one_task):
        nobody.post(reverse("bulk"), **asked, seal=seal)

    assert KeptText.objects.count() == 0
