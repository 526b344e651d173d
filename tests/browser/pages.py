"""Who looks at which page: every address of the site is here, or it is said why nobody needs to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.urls import reverse

from accounts.models import User
from cases.models import Document
from engine.models import Task
from registries.invented.institutions import FIRST_SCHOOL
from registries.models import Organisation, Person
from tests.access_request.conftest import Walk, person
from tests.browser import campaigned, corresponding, retained, stuck, told
from tests.browser.stages import HEAD, OFFICER, Stages

ADMINISTRATOR = "una.vadiba"
AUDITOR = "andris.revidents"
FOUNDER = "dace.aizvietone"
REGISTRAR = "liga.neesosa"
NOBODY = ""


@dataclass(frozen=True)
class Look:
    """Somebody at a page; `address` says where it is."""

    page: str
    who: str
    address: Callable[[Stages], str]
    state: str = ""

    @property
    def name(self) -> str:
        return "-".join(part for part in (self.page, self.who.partition(".")[0], self.state) if part)


def plain(page: str, *who: str, query: str = "", state: str = "") -> list[Look]:
    """A page without anything in its address."""
    return [Look(page, name, lambda _stages: reverse(page) + query, state) for name in who]


def of_task(page: str, who: str, walk: Callable[[Stages], Walk], element: str) -> Look:
    """A page of the task that is open at an element."""
    return Look(page, who, lambda stages: _task_address(page, walk(stages), element), element)


def _task_address(page: str, walk: Walk, element: str) -> str:
    task = Task.objects.filter(instance=walk.case.instance, element=element).latest("id")
    return reverse(page, args=[task.public_id])


def of_case(page: str, who: str, walk: Callable[[Stages], Walk], state: str) -> Look:
    """A page of a case."""
    return Look(page, who, lambda stages: reverse(page, args=[walk(stages).case.public_id]), state)


def of_letter(kind: str, who: str, walk: Callable[[Stages], Walk]) -> Look:
    """A letter of a case as a page."""
    return Look("letter", who, lambda stages: _letter_address(kind, walk(stages)), kind)


def _letter_address(kind: str, walk: Walk) -> str:
    document = Document.objects.filter(case=walk.case, kind=f"access.{kind}").latest("id")
    return reverse("letter", args=[document.public_id])


def _begun(stages: Stages) -> Walk:
    return stages.begun


def _deciding(stages: Stages) -> Walk:
    return stages.deciding


def _returned(stages: Stages) -> Walk:
    return stages.returned


def _granted(stages: Stages) -> Walk:
    return stages.granted


def _of_school(page: str, *names: str) -> str:
    school = Organisation.objects.get(name=FIRST_SCHOOL)
    return reverse(page, args=[school.public_id, *(person(name).public_id for name in names)])


def school() -> Organisation:
    return Organisation.objects.get(name=FIRST_SCHOOL)


def head() -> Person:
    return User.objects.get(username=HEAD).person


def invited(stages: Stages) -> Person:
    """Somebody who was given a role and has not chosen a password yet."""
    subject = stages.granted.fresh().subject
    assert subject is not None
    return subject


LOOKS: tuple[Look, ...] = (
    *plain("home", HEAD, OFFICER, ADMINISTRATOR, AUDITOR),
    *plain("sign_in", NOBODY),
    Look("activate", NOBODY, lambda stages: stages.activation),
    *plain("profile", HEAD),
    *plain("password", HEAD),
    *plain("tokens", HEAD),
    *plain("connections", HEAD, ADMINISTRATOR),
    Look("connection", ADMINISTRATOR, lambda stages: reverse("connection", args=[stages.connection])),
    Look("connection_end", ADMINISTRATOR, lambda stages: reverse("connection_end", args=[stages.connection])),
    *plain("inbox", HEAD, OFFICER, FOUNDER),
    *plain("saved_views", OFFICER),
    *plain("saved_views", OFFICER, query="?queue=group&due=overdue", state="saving"),
    *plain("inbox", OFFICER, query="?queue=waiting", state="waiting"),
    *plain("inbox", OFFICER, query="?q=nekas", state="empty"),
    Look("bulk_result", OFFICER, lambda stages: reverse("bulk_result", args=[stages.many.public_id])),
    of_task("task", HEAD, _begun, "fill_request"),
    of_task("task", OFFICER, _deciding, "decide"),
    of_task("task", HEAD, _returned, "correct"),
    of_task("task", OFFICER, _granted, "decide"),
    of_task("task_check", HEAD, _returned, "correct"),
    of_task("task_return", OFFICER, _deciding, "decide"),
    of_task("task_done", OFFICER, _granted, "decide"),
    of_task("task_done", HEAD, _granted, "confirm_request"),
    *plain("cases", HEAD, OFFICER, AUDITOR),
    of_case("case_status", HEAD, _deciding, "deciding"),
    of_case("case_status", HEAD, _returned, "returned"),
    of_case("case_status", HEAD, _granted, "granted"),
    of_case("case", HEAD, _deciding, "deciding"),
    of_case("case", OFFICER, _deciding, "deciding"),
    of_case("case", HEAD, _returned, "returned"),
    of_case("case", HEAD, _granted, "granted"),
    of_case("case", AUDITOR, _granted, "granted"),
    of_case("case", ADMINISTRATOR, _granted, "granted"),
    *plain("looks", HEAD),
    *plain("retention", ADMINISTRATOR),
    Look("retention_run", ADMINISTRATOR, retained.run),
    of_case("case_documents", HEAD, _granted, "granted"),
    *(of_letter(kind, HEAD, _granted) for kind in ("application", "commitment", "decision", "certificate")),
    of_case("case_withdraw", HEAD, _deciding, "deciding"),
    of_case("case_scenario", ADMINISTRATOR, _granted, "granted"),
    of_case("case_extend", ADMINISTRATOR, _deciding, "deciding"),
    *plain("new_case", HEAD),
    *plain("register", REGISTRAR),
    Look("register_organisation", HEAD, lambda _stages: _of_school("register_organisation")),
    Look("register_organisation", REGISTRAR, lambda _stages: _of_school("register_organisation")),
    Look("register_leaving", HEAD, lambda _stages: _of_school("register_leaving", "Jānis Paraugs")),
    Look("register_head", REGISTRAR, lambda _stages: _of_school("register_head")),
    Look("register_closing", REGISTRAR, lambda _stages: _of_school("register_closing")),
    *plain("processes", HEAD, OFFICER),
    *plain("campaigns", ADMINISTRATOR),
    *plain("campaign_new", ADMINISTRATOR),
    Look("campaign", ADMINISTRATOR, campaigned.campaign),
    *plain("calendar", HEAD, OFFICER, ADMINISTRATOR),
    *plain("deadlines", OFFICER),
    *(
        Look("deadline", who, lambda _stages: reverse("deadline", args=["access_decision"]))
        for who in (HEAD, ADMINISTRATOR)
    ),
    Look("process", OFFICER, lambda _stages: reverse("process", args=["access_request"])),
    *plain("organisations", HEAD, OFFICER),
    *plain("organisations", OFFICER, query="?q=nekas", state="empty"),
    Look("organisation", OFFICER, lambda _stages: reverse("organisation", args=[school().public_id])),
    Look("organisation", HEAD, lambda _stages: reverse("organisation", args=[school().public_id])),
    *plain("people", HEAD, OFFICER),
    *plain("people", OFFICER, query="?q=paraug", state="found"),
    *plain("people", OFFICER, query="?q=nekas", state="empty"),
    Look("person", OFFICER, lambda _stages: reverse("person", args=[head().public_id])),
    Look("person", HEAD, lambda stages: reverse("person", args=[invited(stages).public_id]), "invited"),
    *plain("messages", HEAD, OFFICER),
    *plain("messages", HEAD, query="?q=nekas", state="empty"),
    *plain("message_wishes", HEAD),
    Look("message", HEAD, told.message),
    Look("message_digest", HEAD, told.digest),
    Look("unsubscribe", NOBODY, told.unsubscribing),
    *plain("jobs", ADMINISTRATOR),
    Look("correspondence", ADMINISTRATOR, corresponding.listed),
    *plain("correspondence", ADMINISTRATOR, query="?state=withdrawn", state="withdrawn"),
    *(
        Look("correspondence_message", ADMINISTRATOR, corresponding.of_state(state), state)
        for state in ("stopped", "waiting", "delivered", "withdrawn", "signal")
    ),
    *plain("correspondence_signal", ADMINISTRATOR),
    Look("correspondence_signal", ADMINISTRATOR, corresponding.signal, "form"),
    Look("process", ADMINISTRATOR, corresponding.process, "by_itself"),
    Look(
        "process_migrate", ADMINISTRATOR, lambda _stages: reverse("process_migrate", args=["access_request"])
    ),
    Look("process_rest", ADMINISTRATOR, lambda _stages: reverse("process_rest", args=["access_request"])),
    of_case("case_rest", ADMINISTRATOR, _deciding, "deciding"),
    Look("incident", ADMINISTRATOR, lambda stages: reverse("incident", args=[stages.incident.public_id])),
    Look("incident", ADMINISTRATOR, stuck.incident, "of_a_case"),
    Look("incidents_repair", ADMINISTRATOR, stuck.together),
    Look("case_repair", ADMINISTRATOR, stuck.repair),
    *plain("batches", ADMINISTRATOR),
    Look("batch", ADMINISTRATOR, stuck.batch),
    *plain("outbox", NOBODY),
    *plain("demo_clock", NOBODY),
    Look("link_open", NOBODY, lambda stages: stages.link),
    *plain("accessibility", NOBODY),
    *plain("privacy", NOBODY),
    *plain("help", NOBODY, HEAD),
)

# An address that shows no page of its own, and what it does instead.
NO_PAGES: Mapping[str, str] = {
    "sign_out": "a button",
    "asleep": "for who gave the password of a locked account; tests/rights/test_inactive.py walks it",
    "calendar_change": "what the calendar posts; tests/web/test_calendar.py looks at it",
    "set_language": "a button",
    "revoke_token": "a button",
    "connection_act": "a button; with a new secret tests/web/test_connections.py looks at its page",
    "connection_send_again": "a button",
    "saved_view": "buttons of saved_views",
    "saved_view_counts": "a part of inbox",
    "keyboard": "a button",
    "bulk": "what the list posts; tests/browser/test_many.py looks at its pages",
    "bulk_progress": "a part of bulk_result",
    "bulk_cancel": "a button",
    "batch_act": "buttons of batch",
    "batch_progress": "a part of batch",
    "campaign_progress": "a part of campaign",
    "campaign_act": "a button",
    "batch_undo": "a button",
    "messages_read": "a button",
    "person_code": "a button; tests/web/test_directory.py looks at what it shows",
    "person_invite": "a button",
    "message_unread": "a button",
    "correspondence_withdraw": "a button",
    "retention_sign": "a button",
    "retention_hold": "what retention posts; tests/privacy/test_retention.py looks at what it says",
    "retention_release": "a button",
    "task_claim": "a button",
    "task_release": "a button",
    "task_draft": "what a script saves",
    "link_again": "a button",
    "link_task": "follows link_open; the walks with a link look at it",
    "document": "a file",
    "document_picture": "a picture",
    "case_diagram": "a file",
    "case_scenario_file": "a file",
    "process_diagram": "a file",
    "demo_practice": "only where there is something to practise on; tests/browser/test_practice.py walks it",
}
