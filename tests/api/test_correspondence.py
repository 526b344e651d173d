"""Messages and signals sent to processes by programs: once for their id, refused where nobody takes them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from cases import beginnings
from cases.beginnings import About, Beginning, begins
from cases.models import AuditEntry, Case
from engine import catalog, clock, jobs
from engine.models import Incident, Message, ProcessInstance
from tests.api.conftest import Api, token_of
from tests.cases.people import World
from tests.engine import diagrams as d

SENT = {
    "name": "school.changed",
    "key": "school-7",
    "message_id": "register-1",
    "variables": {"reason": "Jauna ēka", "floors": 3, "area": "1250.50", "opens": "2027-09-01"},
}


@pytest.fixture(autouse=True)
def _processes(world: World) -> Iterator[None]:
    """A check of a school begins by a message, a survey by a signal."""
    kept = dict(beginnings._rules)

    @begins("school_check")
    def about(_beginning: Beginning) -> About:
        return About(world.school)

    group = "institution_head@${organisation}"
    types = {"reason": "str", "floors": "int", "area": "decimal", "opens": "date", "organisation": "int"}
    catalog.deploy(
        d.process(
            "school_check", d.begins("told", "school.changed", writes="reason floors area opens"),
            d.user("look", group=group), d.end(), d.flows("told look end"),
            messages=("school.changed",), people=False, **types,
        )
    )  # fmt: skip
    catalog.deploy(
        d.process(
            "survey", d.begins("opened", "year.begins", kind="signal", writes="floors"),
            d.user("answer", group=group), d.end(), d.flows("opened answer end"),
            signals=("year.begins",), people=False, **types,
        )
    )  # fmt: skip
    yield
    beginnings._rules.clear()
    beginnings._rules.update(kept)


@pytest.fixture
def admin(world: World) -> Api:
    return Api(Client(headers={"Authorization": f"Bearer {token_of('admin')}"}))


def run() -> None:
    jobs.run_due("test", until_empty=True)


def test_a_message_starts_a_case_and_says_which(admin: Api) -> None:
    answer = admin.post("process-messages", SENT)

    assert answer.status_code == 202
    assert (answer.json()["state"], answer.json()["case_number"]) == ("waiting", "")
    run()
    case = Case.objects.get(process_key="school_check")
    told = admin.get(f"process-messages/{answer.json()['id']}").json()
    assert (told["state"], told["case_number"], told["started"], told["sent_by"]) == (
        "delivered", case.number, True, "admin",
    )  # fmt: skip
    assert told["variables"] == SENT["variables"]
    (entry,) = AuditEntry.objects.filter(action="message.sent")
    assert entry.object == f"message:{answer.json()['id']}"
    assert entry.fields["variables"] == ["area", "floors", "opens", "reason"]
    assert "school-7" not in str(entry.fields)


def test_the_same_message_again_is_the_same_and_another_under_its_id_is_refused(admin: Api) -> None:
    first, again = admin.post("process-messages", SENT), admin.post("process-messages", SENT)
    other = admin.post("process-messages", {**SENT, "key": "school-8"})
    run()

    assert first.json()["id"] == again.json()["id"]
    assert (other.status_code, other.json()["code"]) == (409, "refused")
    assert Message.objects.count() == 1
    assert Case.objects.filter(process_key="school_check").count() == 1
    assert AuditEntry.objects.filter(action="message.sent").count() == 1


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"name": "school.closed"}, 422, "name"),
        ({"name": "year.begins"}, 422, "name"),
        ({"variables": {"colour": "blue"}}, 422, "variables.colour"),
        ({"variables": {"floors": "many"}}, 422, "variables.floors"),
        ({"variables": {"floors": True}}, 422, "variables.floors"),
        ({"variables": {"floors": {"deep": 1}}}, 422, "variables.floors"),
        ({"variables": {"area": 1250.5}}, 422, "variables.area"),
        ({"variables": {"opens": "2027-02-30"}}, 422, "variables.opens"),
        ({"variables": {"reason": "x" * 4001}}, 422, "variables.reason"),
        ({"variables": {"reason": "x" * 70_000}}, 422, "variables"),
        ({"variables": []}, 400, "variables"),
        ({"message_id": "with space"}, 400, "message_id"),
        ({"message_id": ""}, 400, "message_id"),
        ({"priority": 1}, 400, "priority"),
    ],
)
def test_what_no_process_takes_is_refused_and_leaves_nothing(
    admin: Api, change: dict, status: int, field: str
) -> None:
    answer = admin.post("process-messages", {**SENT, **change})

    assert answer.status_code == status, answer.content
    assert [one["field"] for one in answer.json()["errors"]] == [field]
    assert Message.objects.count() == 0
    run()
    assert not ProcessInstance.objects.filter(definition__key="school_check").exists()


def test_a_body_that_is_too_large_is_refused_before_it_is_read(admin: Api) -> None:
    answer = admin.post("process-messages", {**SENT, "variables": {"reason": "x" * 200_000}})

    assert answer.status_code == 413
    assert Message.objects.count() == 0


def test_a_signal_needs_a_reason_and_reaches_all(admin: Api) -> None:
    asked = {"name": "year.begins", "message_id": "year-2027", "variables": {"floors": 2}}
    bare = admin.post("process-messages/signals", asked)
    blank = admin.post("process-messages/signals", {**asked, "reason": "  "})
    sent = admin.post("process-messages/signals", {**asked, "reason": "Sācies mācību gads"})
    admin.post("process-messages/signals", {**asked, "reason": "Sācies mācību gads"})
    run()

    assert (bare.status_code, blank.status_code, sent.status_code) == (400, 422, 202)
    assert Case.objects.filter(process_key="survey").count() == 1
    told = admin.get(f"process-messages/{sent.json()['id']}").json()
    assert (told["reached"], told["because"], told["state"]) == (1, "Sācies mācību gads", "delivered")
    (entry,) = AuditEntry.objects.filter(action="signal.broadcast")
    assert entry.fields["reason"] == "Sācies mācību gads"


def test_a_message_that_waits_is_withdrawn_with_a_reason_and_nobody_gets_it(admin: Api) -> None:
    admin.post("process-messages", SENT)
    second = admin.post("process-messages", {**SENT, "message_id": "register-2"}).json()["id"]
    run()
    clock.set_offset(clock.offset() + timedelta(days=8))
    run()
    admin = Api(Client(headers={"Authorization": f"Bearer {token_of('admin')}"}))
    assert admin.get("process-messages?state=stopped").json()["items"][0]["id"] == second

    bare = admin.post(f"process-messages/{second}/withdraw", {"reason": ""})
    gone = admin.post(f"process-messages/{second}/withdraw", {"reason": "Sūtīts divreiz"})
    again = admin.post(f"process-messages/{second}/withdraw", {"reason": "Sūtīts divreiz"})

    assert (bare.status_code, gone.status_code, again.status_code) == (400, 200, 409)
    assert (gone.json()["state"], gone.json()["because"]) == ("withdrawn", "Sūtīts divreiz")
    assert not Incident.objects.filter(resolved_at=None).exists()
    assert AuditEntry.objects.filter(action="message.withdrawn").count() == 1
    run()
    assert Case.objects.filter(process_key="school_check").count() == 1
    assert admin.post(f"process-messages/{second}/retry").status_code == 409


def test_a_stopped_message_is_tried_again_and_says_whether_it_passed(world: World, admin: Api) -> None:
    fails = {"now": True}

    @begins("school_check")
    def about(_beginning: Beginning) -> About:
        if fails["now"]:
            raise LookupError("Skola nav atrasta")
        return About(world.school)

    sent = admin.post("process-messages", SENT).json()["id"]
    for _ in range(9):
        run()
        clock.set_offset(clock.offset() + timedelta(hours=2))
    assert admin.get(f"process-messages/{sent}").json()["state"] == "stopped"

    failed = admin.post(f"process-messages/{sent}/retry")
    fails["now"] = False
    passed = admin.post(f"process-messages/{sent}/retry")

    assert (failed.status_code, failed.json()["passed"]) == (200, False)
    assert (passed.status_code, passed.json()["passed"]) == (200, True)
    assert admin.get(f"process-messages/{sent}").json()["state"] == "delivered"
    assert Case.objects.filter(process_key="school_check").count() == 1


def test_a_program_learns_what_processes_take(admin: Api) -> None:
    found = {one["name"]: one for one in admin.get("process-messages/expected").json()["items"]}

    assert found["school.changed"]["kind"] == "message"
    assert found["school.changed"]["starts"] == ["school_check"]
    assert {"name": "area", "types": ["decimal"]} in found["school.changed"]["variables"]
    assert (found["year.begins"]["kind"], found["year.begins"]["processes"]) == ("signal", ["survey"])


@pytest.mark.parametrize("who", ["head", "officer", "auditor", "municipal"])
def test_nobody_but_an_administrator_knows_of_messages(world: World, admin: Api, who: str) -> None:
    sent = admin.post("process-messages", SENT).json()["id"]
    other = Api(Client(headers={"Authorization": f"Bearer {token_of(who)}"}))

    answers = [
        other.get("process-messages"),
        other.get("process-messages/expected"),
        other.get(f"process-messages/{sent}"),
        other.post("process-messages", {**SENT, "message_id": "register-9"}),
        other.post("process-messages/signals", {"name": "year.begins", "message_id": "x", "reason": "y"}),
        other.post(f"process-messages/{sent}/withdraw", {"reason": "x"}),
        other.post(f"process-messages/{sent}/retry"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 7
    assert Message.objects.count() == 1
    assert Message.objects.get().is_kept


def test_a_token_sends_only_what_it_was_made_for(world: World) -> None:
    reads = Api(Client(headers={"Authorization": f"Bearer {token_of('admin', 'correspondence:read')}"}))

    assert reads.get("process-messages").status_code == 200
    assert reads.post("process-messages", SENT).status_code == 403
    assert Message.objects.count() == 0
