"""Repairing a case in pages: what would follow is shown, a reason is asked for, another person confirms."""

import html
import re

import pytest
from django.urls import reverse

from accounts.actors import actor_of
from accounts.models import RoleGrant, User
from cases.models import Batch, Case
from cases.services.start import start_case
from engine import catalog, clock, handlers, jobs
from engine.models import Incident, RepairMade, Task, Wait
from tests.engine import diagrams as d
from tests.web.conftest import text

WHY = "Reģistrs deva nepareizu skaitli."
numbers = {"by": 0}


def divide(_context):
    return {"missing": 12 // numbers["by"]}


@pytest.fixture
def failing(seeded, db):
    """Two cases of the head's whose automatic step has failed."""
    numbers["by"] = 0
    handlers._handlers["test.web.divide"] = handlers.Handler("test.web.divide", divide, "job", "by_hand")
    ask = d.user("ask", group="institution_head@${organisation}")
    files = d.sequence(
        "failing", d.service("divide", "test.web.divide"), ask, organisation="int", missing="int", day="date",
        sure="bool", share="decimal", names="list",
    )  # fmt: skip
    diagram = files["failing.bpmn"].replace(b"start:clerk", b"start:institution_head")
    catalog.deploy({**files, "failing.bpmn": diagram})
    grant = RoleGrant.objects.get(user__username="ilze.piemere", role="institution_head")
    head = actor_of(grant.user, channel="page")
    cases = [start_case("failing", user=head, organisation=grant.organisation).case for _ in range(2)]
    jobs.run_due("test", until_empty=True)
    yield cases
    del handlers._handlers["test.web.divide"]


@pytest.fixture
def another(seeded, db):
    """A second administrator."""
    return User.objects.get(username="peteris.parzinis")


def of(case: Case) -> str:
    return reverse("case_repair", args=[case.public_id])


def wait_of(case: Case) -> str:
    return Wait.objects.get(instance=case.instance_id, element="divide").wait_id


def run() -> None:
    jobs.run_due("test", until_empty=True)


def test_an_incident_shows_where_it_stopped_what_it_saw_and_where_to_repair_it(visit, failing):
    incident = Incident.objects.order_by("id").first()

    page = text(visit("una.vadiba").get(reverse("incident", args=[incident.public_id])))

    assert 'data-now="divide"' in page
    assert '<code class="app-code">organisation</code>' in page
    assert f'href="{of(failing[0])}?wait={wait_of(failing[0])}"' in page


def test_what_would_follow_is_shown_and_nothing_is_done_yet(visit, failing):
    una = visit("una.vadiba")

    page = text(una.post(of(failing[0]), action="skip", wait=wait_of(failing[0]), step="preview"))

    assert "Kas notiktu" in page
    assert 'Atkristu</dt><dd class="govuk-summary-list__value">Darbs (automātisks solis)' in page
    assert 'Sāktos</dt><dd class="govuk-summary-list__value">Uzdevums (cilvēka uzdevums)' in page
    assert "apstiprinājis cits administrators" in page
    assert not RepairMade.objects.exists()
    assert not Batch.objects.exists()


def test_variables_of_every_type_are_changed_at_once(visit, failing):
    una, address = visit("una.vadiba"), of(failing[0])
    typed = {
        "v-missing": "7",
        "v-day": "2026-11-22",
        "v-sure": "true",
        "v-share": "2,5",
        "v-names": "viens\r\ndivi",
        "v-organisation": str(failing[0].organisation_id),
    }

    shown = text(una.post(address, action="set", step="preview", **typed))
    version = RepairMade.objects.count() + failing[0].instance.completions.count()
    done = una.follow(address, action="set", step="do", reason=WHY, version=str(version), **typed)

    assert "missing: bez vērtības → 7" in shown
    assert "Darīt tagad" in shown
    assert "Mainīgie ir nomainīti." in text(done)
    assert {name: now[1] for name, _was, now in RepairMade.objects.get().variables} == {
        "missing": 7, "day": "2026-11-22", "sure": True, "share": "2.5", "names": ["viens", "divi"],
    }  # fmt: skip
    assert "Mēģināt vēlreiz tūlīt" in text(done)
    assert 'value="7"' in text(una.get(address))


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "Izvēlieties, ko darīt."),
        ({"action": "set"}, "Mainiet vismaz vienu mainīgo."),
        ({"action": "set", "v-missing": "daudz"}, "missing: rakstiet veselu skaitli."),
        ({"action": "move"}, "Izvēlieties soli, uz kuru lietu pārcelt."),
        ({"action": "skip"}, "Izvēlieties soli, kurā process gaida."),
    ],
)
def test_what_is_missing_is_said_at_its_field(visit, failing, fields, told):
    answer = visit("una.vadiba").post(of(failing[0]), step="preview", **fields)

    assert answer.status_code == 422
    assert text(answer).count(told) == 2
    assert not RepairMade.objects.exists()


def test_a_reason_is_asked_for(visit, failing):
    answer = visit("una.vadiba").post(of(failing[0]), action="set", step="do", **{"v-missing": "7"})

    assert answer.status_code == 422
    assert "Norādiet pamatojumu." in text(answer)
    assert not RepairMade.objects.exists()


def test_what_cannot_be_sound_is_refused_in_plain_words(visit, failing):
    fields = {"action": "move", "wait": wait_of(failing[0]), "target": "start", "step": "preview"}

    answer = visit("una.vadiba").post(of(failing[0]), **fields)

    assert answer.status_code == 422
    assert "Procesu nevar pārcelt uz šo elementu." in text(answer)


def test_a_move_is_asked_for_confirmed_by_another_and_its_result_is_told(visit, failing, another):
    una, case = visit("una.vadiba"), failing[0]
    fields = {"action": "move", "wait": wait_of(case), "target": "ask"}

    asked = text(una.follow(of(case), step="do", reason=WHY, **fields))
    batch = Batch.objects.get()
    address = reverse("batch", args=[batch.public_id])
    own = text(una.follow(reverse("batch_act", args=[batch.public_id]), act="confirm"))

    assert "To lūdzāt jūs, tāpēc jāapstiprina kādam citam: Pēteris Pārzinis." in asked
    assert "Apstiprināt un sākt" not in asked
    assert Batch.objects.get().confirmed_by is None
    assert "gaida, līdz apstiprinās vēl kāds" in own
    assert "gaida, līdz to apstiprinās vēl kāds" in text(una.get(of(case)))

    other = visit("peteris.parzinis")
    seen = text(other.get(address))
    assert WHY in seen
    assert 'Uz kuru soli</dt><dd class="govuk-summary-list__value">Uzdevums' in seen
    assert "Sāktos" in seen
    assert "Gaida jūs" in text(other.get(reverse("batches")))
    other.follow(reverse("batch_act", args=[batch.public_id]), act="confirm")
    run()

    assert "1 lieta – izdevās: 1." in text(una.get(address))
    assert Task.objects.get(instance=case.instance_id).element == "ask"
    incident = Incident.objects.get(instance=case.instance_id)
    told = text(una.get(reverse("incident", args=[incident.public_id])))
    assert "gāja citu ceļu" in told
    assert "Novērsts" not in told


def test_the_incidents_of_one_step_are_tried_again_together(visit, failing):
    una = visit("una.vadiba")
    listed = text(una.get(reverse("jobs")))
    query = f"?process=failing&version=1&element=divide&cause={Incident.objects.first().cause}"
    address = f"{reverse('incidents_repair')}{query}"
    assert address.replace("&", "&amp;") in listed

    shown = text(una.post(address, action="retry", step="preview"))
    assert "Par novērstu uzskata tikai to, kas izdodas." in shown
    una.follow(address, action="retry", step="do", reason=WHY)
    run()
    failed = text(una.get(reverse("batch", args=[Batch.objects.get().public_id])))
    assert "2 lietas – atkal neizdevās: 2." in failed
    assert failed.count("Atkal neizdevās</span>") == 2

    numbers["by"] = 3
    una.follow(address, action="retry", step="do", reason=WHY)
    run()
    assert not Incident.objects.filter(resolved_at=None).exists()
    assert una.get(address).status_code == 302


def test_what_would_follow_for_many_is_told_together(visit, failing):
    query = "?process=failing&version=1&element=divide"
    address = f"{reverse('incidents_repair')}{query}"

    page = text(visit("una.vadiba").post(address, action="skip", step="preview", **{"v-missing": "3"}))

    assert f"{failing[0].number}, {failing[1].number}</h3>" in page
    assert "missing: bez vērtības → 3" in page


def test_who_confirms_a_repair_of_many_sees_the_values_that_it_writes(visit, failing, another):
    address = f"{reverse('incidents_repair')}?process=failing&version=1&element=divide"
    visit("una.vadiba").follow(address, action="skip", step="do", reason=WHY, **{"v-missing": "73519"})

    page = text(visit("peteris.parzinis").get(reverse("batch", args=[Batch.objects.get().public_id])))

    assert "missing: 73519" in page


def test_after_the_values_of_many_have_changed_they_are_tried_again_from_there(visit, failing):
    una = visit("una.vadiba")
    address = f"{reverse('incidents_repair')}?process=failing&version=1&element=divide"
    una.follow(address, action="set", step="do", reason=WHY, **{"v-missing": "3"})
    run()

    page = text(una.get(reverse("batch", args=[Batch.objects.get().public_id])))
    (link,) = re.findall(r'href="([^"]*action=retry[^"]*)"', page)
    assert "Incidenti vēl nav novērsti" in page
    choosing = text(una.get(html.unescape(link)))
    assert re.search(r'value="retry" checked', choosing)

    Incident.objects.update(resolved_at=clock.now())
    assert "action=retry" not in text(una.get(reverse("batch", args=[Batch.objects.get().public_id])))


def test_a_batch_is_paused_resumed_and_stopped(visit, failing):
    una = visit("una.vadiba")
    address = f"{reverse('incidents_repair')}?process=failing&version=1&element=divide"
    una.follow(address, action="retry", step="do", reason=WHY)
    batch = Batch.objects.get()
    act = reverse("batch_act", args=[batch.public_id])

    assert "apturēts, vēl gaida: 2" in text(una.follow(act, act="pause"))
    assert "Darbs turpinās." in text(una.follow(act, act="resume"))
    assert "pārtraukts, nav sākts: 2" in text(una.follow(act, act="cancel"))
    assert una.post(act, act="nonsense").status_code == 404
    refreshed = una.get(reverse("batch_progress", args=[batch.public_id]))
    assert refreshed["HX-Refresh"] == "true"


@pytest.mark.parametrize(("username", "status"), [("karlis.paraugs", 403), ("andris.revidents", 403)])
def test_nobody_but_an_administrator_repairs(visit, failing, username, status):
    person = visit(username)
    assert person.get(of(failing[0])).status_code == status
    assert person.post(of(failing[0]), action="set", step="do", reason=WHY).status_code == status
    address = f"{reverse('incidents_repair')}?process=failing&version=1&element=divide"
    assert person.get(address).status_code == 404
    assert person.post(address, action="retry", step="do", reason=WHY).status_code == 404
    assert not Batch.objects.exists()


def test_the_case_leads_an_administrator_to_its_repair(visit, failing):
    address = reverse("case", args=[failing[0].public_id])

    assert f'href="{of(failing[0])}"' in text(visit("una.vadiba").get(address))
    assert of(failing[0]) not in text(visit("ilze.piemere").get(address))
