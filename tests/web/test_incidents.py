"""Jobs and incidents: the cause in plain words, and a retry that says fixed only after it passed."""

import inspect
import json
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils.translation import override

from accounts.actors import actor_of
from accounts.models import RoleGrant, User
from cases.errors import NotFound, ProcessStuck
from cases.models import AuditEntry
from cases.services.incidents import retry_incident
from cases.services.start import start_case
from cases.services.tasks import complete_task
from config.launcher.errors import ROOT
from engine import catalog, causes, clock, handlers, jobs
from engine.handlers import HandlerContext, handler
from engine.models import Incident
from tests.engine import diagrams as d
from tests.web.conftest import text

works = {"now": False}
TOPIC = re.compile(r'camunda:topic="([^"]+)"')
# What a worker does before its first job: it starts the applications, and imports no page.
KNOWN_TO_A_WORKER = """
import json, django
django.setup()
from engine import handlers
print(json.dumps([[topic, known.title or ""] for topic, known in handlers.topics().items()]))
"""


@handler("tests.web.shaky", runs="job", repeat="by_hand")
def shaky(context: HandlerContext) -> Mapping[str, object] | None:
    if not works["now"]:
        raise RuntimeError("BROKEN")
    return None


@pytest.fixture
def incident(seeded, db):
    works["now"] = False
    jobs.enqueue("tests.web.shaky", now=clock.now())
    jobs.run_due("test", until_empty=True)
    return Incident.objects.get()


def test_the_list_and_the_page_say_in_plain_words_what_happened(visit, incident):
    administrator = visit("una.vadiba")

    listed = text(administrator.get(reverse("jobs")))
    page = text(administrator.get(reverse("incident", args=[incident.public_id])))

    assert "<b>1 incidents</b>" in listed
    with override("lv"):
        assert causes.words(incident.cause) in listed
    assert "tests.web.shaky" in page
    assert "BROKEN" not in listed


def test_a_retry_that_fails_says_so_and_leaves_the_incident_open(visit, incident):
    page = visit("una.vadiba").follow(reverse("incident", args=[incident.public_id]))

    assert "Atkal neizdevās" in text(page)
    assert "Mēģināt vēlreiz" in text(page)
    assert Incident.objects.get().resolved_at is None


def test_a_retry_that_passes_says_fixed(visit, incident):
    works["now"] = True

    page = visit("una.vadiba").follow(reverse("incident", args=[incident.public_id]))

    assert "incidents ir novērsts" in text(page)
    assert "Mēģināt vēlreiz" not in text(page)
    assert Incident.objects.get().resolved_by == "una.vadiba"


def test_a_retry_is_in_the_audit_with_how_it_ended(visit, incident):
    works["now"] = True
    about = f"incident:{incident.public_id}"

    visit("una.vadiba").follow(reverse("incident", args=[incident.public_id]))

    entries = AuditEntry.objects.filter(object=about).order_by("seq").values_list("actor", "action", "fields")
    una = f"user:{User.objects.get(username='una.vadiba').pk}"
    assert list(entries) == [
        (una, "incident_retried", {"channel": "page"}),
        (una, "incident_retry_ended", {"channel": "page", "passed": True, "cause": ""}),
    ]


def test_an_officer_who_is_no_administrator_cannot_retry(seeded, incident):
    works["now"] = True
    officer = actor_of(User.objects.get(username="karlis.paraugs"), channel="page")

    with pytest.raises(NotFound):
        retry_incident(incident.public_id, user=officer)

    assert Incident.objects.get().resolved_at is None
    assert AuditEntry.objects.get(action="refused").object == f"incident:{incident.public_id}"


@pytest.mark.parametrize("username", ["ilze.piemere", "karlis.paraugs", "andris.revidents"])
def test_nobody_but_an_administrator_finds_it_or_tries_it(visit, incident, username):
    works["now"] = True
    person, address = visit(username), reverse("incident", args=[incident.public_id])

    assert person.get(address).status_code == 404
    assert person.post(address).status_code == 404
    assert Incident.objects.get().resolved_at is None


@pytest.fixture
def undone(seeded, db):
    """The head's step in a process that divides by what nobody has written."""
    ask = d.user("ask", group="institution_head@${organisation}")
    divide = f'<scriptTask id="s" name="S">{d.properties()}<script>k = 1 / missing</script></scriptTask>'
    files = d.sequence("stuck", ask, divide, organisation="int", missing="int", k="decimal")
    diagram = files["stuck.bpmn"].replace(b"start:clerk", b"start:institution_head")
    catalog.deploy({**files, "stuck.bpmn": diagram})
    grant = RoleGrant.objects.get(user__username="ilze.piemere", role="institution_head")
    head = actor_of(grant.user, channel="page")
    started = start_case("stuck", user=head, organisation=grant.organisation)
    with pytest.raises(ProcessStuck):
        complete_task(started.task.public_id, user=head, answers={})
    return Incident.objects.get()


def test_a_persons_step_that_was_undone_is_shown_without_a_button(visit, undone):
    administrator, address = visit("una.vadiba"), reverse("incident", args=[undone.public_id])

    listed = text(administrator.get(reverse("jobs")))
    page = text(administrator.get(address))
    again = text(administrator.follow(address))

    assert "Cilvēka darbība ir atsaukta, jo process no tās nevarēja turpināties." in listed
    assert "Uzdevums" in page
    assert "Kad cēlonis būs novērsts, cilvēks to atkārtos." in page
    assert "Mēģināt vēlreiz" not in page
    assert "Šo darbību var atkārtot tikai cilvēks." in again
    assert Incident.objects.get().resolved_at is None


def test_the_person_is_told_plainly_each_time(visit, undone):
    task = undone.task
    head, address = visit("ilze.piemere"), reverse("task_check", args=[task.public_id])
    head.post(reverse("task", args=[task.public_id]))

    answer = head.post(address, idempotency_key="first", draft_version="1")

    assert answer.status_code == 409
    assert "Process no šejienes nevar virzīties tālāk." in text(answer)
    assert Incident.objects.get().attempts == 2


def test_what_waits_is_told_in_words_and_leads_to_its_case(visit, walk):
    walk.to_decision()
    jobs.enqueue("notifications.digest", now=clock.now() + timedelta(days=1), arguments={})

    page = text(visit("una.vadiba").get(reverse("jobs")))

    assert "Dienas kopsavilkuma sūtīšana" in page
    assert "notifications.digest" not in page
    assert 'Atgādinājums<span class="app-cell-sub">Lemt par pieeju</span>' in page
    assert f'href="{reverse("case", args=[walk.case.public_id])}">{walk.case.number}</a>' in page


def test_every_job_that_no_diagram_draws_has_a_name_and_every_worker_knows_it():
    found = subprocess.run(
        [sys.executable, "-c", KNOWN_TO_A_WORKER], capture_output=True, text=True, check=True, cwd=ROOT
    )
    diagrams = "".join(place.read_text() for place in ROOT.glob("processes/bpmn/*/*.bpmn"))
    drawn = set(TOPIC.findall(diagrams))
    ours = {topic for topic, one in handlers.topics().items() if _is_ours(one)}

    known = dict(json.loads(found.stdout.splitlines()[-1]))

    assert {topic for topic, title in known.items() if topic not in drawn and not title} == set()
    assert ours - set(known) == set()
    assert {"cases.usual_times", "notifications.digest", "webhooks.deliver"} <= set(known)


def _is_ours(one: handlers.Handler) -> bool:
    place = Path(inspect.getfile(one.call))
    return any(place.is_relative_to(ROOT / name) for name in ("cases", "exchange", "engine", "processes"))
