"""Every address, role and place: what is foreign answers as what does not exist, and nothing leaks.

An operation or page that is not declared below fails: say by what id it is asked for, and what is sent to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any
from uuid import uuid4

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from engine import catalog
from tests.access.places import CASES, PLACES, REACH, Things, furnish
from tests.api.conftest import FOLDERS, _nobody_listens, _unlimited, token_of
from tests.api.test_documents import pdf
from tests.api.test_openapi import COMMITTED
from tests.cases.people import build
from tests.cases.unchanged import everything
from tests.plugins.scenarios import rolled_back
from web.urls import urlpatterns

__all__ = ["_nobody_listens", "_unlimited"]

BACKEND = "django.contrib.auth.backends.ModelBackend"
HOOK = {"name": "X", "address": "https://example.org/", "types": ["lv.viis.case.closed"]}
SINCE = {"since": "2026-01-01T00:00:00Z"}
# What is sent to an operation that changes something: it would be understood if the thing were theirs.
BODIES: dict[str, Any] = {
    "batch_cancel": {},
    "batch_confirm": {},
    "batch_pause": {},
    "batch_resume": {},
    "bulk_cancel": {},
    "campaign_cancel": {},
    "campaign_pause": {},
    "campaign_resume": {},
    "case_resume": {},
    "case_suspend": {"reason": "Pārbaude"},
    "migration_undo": {"reason": "Pārbaude"},
    "case_hold_place": {"basis": "Tiesvedība"},
    "case_hold_release": {},
    "case_extend": {"days": 5, "reason": "Vajag vairāk laika."},
    "case_repair_do": {"action": "set", "values": {"amount": 1}, "reason": "Jo tā."},
    "case_repair_preview": {"action": "cancel"},
    "case_withdraw": {},
    "directory_person_code": {"why": "identity"},
    "directory_person_invite": {},
    "incident_retry": {},
    "message_read": {"read": True},
    "register_change_head": {"person": str(uuid4()), "on": "2030-01-01", "position": "Direktore"},
    "register_change_head_preview": {"person": str(uuid4()), "on": "2030-01-01", "position": "Direktore"},
    "register_close": {"on": "2030-01-01"},
    "register_close_preview": {"on": "2030-01-01"},
    "register_end_employment": {"person": str(uuid4()), "last_day": "2030-01-01"},
    "register_end_employment_preview": {"person": str(uuid4()), "last_day": "2030-01-01"},
    "retention_sign": {"digest": "0" * 64},
    "task_assign": {"to": "colleague"},
    "task_claim": {"take_over": True},
    "task_complete": {"answers": {"decision": "grant"}},
    "task_draft_compare": {"content": {}},
    "task_draft_save": {"content": {}, "version": 0},
    "task_release": {},
    "task_return": {"comments": {"amount": "Kāpēc?"}, "answers": {}},
    "process_message_retry": {},
    "process_message_withdraw": {"reason": "Kļūda"},
    "task_send_link": {},
    "task_upload": "a file",
    "token_end": {},
    "view_delete": {},
    "view_first": {"first": True},
    "view_move": {"up": True},
    "view_rename": {"name": "Cits"},
    "webhook_change": HOOK,
    "webhook_delivery_replay": {},
    "webhook_end": {},
    "webhook_ping": {},
    "webhook_replay": SINCE,
    "webhook_rotate_secret": {},
}
# Operations without an id: what is read is looked through for anything foreign, what begins something new
# is refused by the tests of its own.
LISTS = {
    "batches": "",
    "calendar": "",
    "campaign_processes": "",
    "campaigns": "",
    "cases": "?limit=100",
    "deadlines": "",
    "holds": "",
    "incidents": "",
    "jobs": "",
    "looks": "",
    "me": "",
    "messages": "",
    "notifications": "",
    "organisations": "",
    "process_messages": "",
    "process_messages_expected": "",
    "processes": "?all=true",
    "profile": "",
    "retention_due": "",
    "retention_rules": "",
    "retention_runs": "",
    "tasks": "?queue=all&limit=100",
    "tokens": "",
    "views": "?counts=true",
    "webhook_event_types": "",
    "webhooks": "",
}
# Reads whose words go into a body: what is found is looked through as well.
SEARCHES = {"bulk_preview", "case_search", "directory_organisations", "directory_people", "message_search"}
SEARCHES |= {"task_search"}
BEGINNING = {
    "bulk_start",
    "calendar_day_add",
    "calendar_day_remove",
    "campaign_preview",
    "campaign_start",
    "case_start",
    "deadline_check",
    "deadline_set",
    "deadline_withdraw",
    "incidents_repair",
    "messages_read",
    "notifications_choose",
    "process_message_send",
    "process_signal_broadcast",
    "profile_change",
    "retention_prepare",
    "token_create",
    "view_save",
    "webhook_create",
}
# Open to all who signed in: a process is no one's.
FREE = {"process"}
# Of a process, too, and for administrators alone: tests/api/test_migrating.py asks as somebody else.
OF_PROCESS = {"migration_plan", "migration_start", "process_resume", "process_suspend"}
# May see it and still not ask this of it.
SOMETIMES_REFUSED = {"case_hold", "case_repair", "case_scenario", "register_organisation", "task_colleagues"}
# Pages by the kind of id in their address.
PAGES = {
    "batch": "batch_id",
    "batch_act": "batch_id",
    "batch_progress": "batch_id",
    "batch_undo": "batch_id",
    "case_rest": "case_id",
    "bulk_cancel": "bulk_id",
    "bulk_progress": "bulk_id",
    "bulk_result": "bulk_id",
    "campaign": "campaign_id",
    "campaign_act": "campaign_id",
    "campaign_progress": "campaign_id",
    "case": "case_id",
    "case_diagram": "case_id",
    "case_documents": "case_id",
    "case_extend": "case_id",
    "case_scenario": "case_id",
    "case_scenario_file": "case_id",
    "case_repair": "case_id",
    "case_status": "case_id",
    "case_withdraw": "case_id",
    "connection": "webhook_id",
    "connection_act": "webhook_id",
    "connection_end": "webhook_id",
    "connection_send_again": "delivery_id",
    "correspondence_message": "correspondence_id",
    "correspondence_withdraw": "correspondence_id",
    "document": "document_id",
    "document_picture": "document_id",
    "incident": "incident_id",
    "letter": "document_id",
    "link_again": "task_id",
    "message": "message_id",
    "message_unread": "message_id",
    "register_closing": "organisation_id",
    "register_head": "organisation_id",
    "register_organisation": "organisation_id",
    "revoke_token": "token_id",
    "task": "task_id",
    "task_check": "task_id",
    "task_claim": "task_id",
    "task_done": "task_id",
    "task_draft": "task_id",
    "task_release": "task_id",
    "task_return": "task_id",
}
# Everybody opens every page; of each kind of reach one also presses its buttons.
ACTING = {"head", "municipal", "teacher", "other_head", "officer"}
# Ids of other things, with the tests that ask for them as somebody else.
ELSEWHERE = {
    "organisation": "tests/web/test_directory.py",
    "person": "tests/web/test_directory.py",
    "person_code": "tests/web/test_directory.py",
    "person_invite": "tests/web/test_directory.py",
    "retention_release": "tests/privacy",
    "retention_run": "tests/privacy",
    "retention_sign": "tests/privacy",
    "register_leaving": "tests/rights/test_register_pages.py",
    "saved_view": "tests/web/test_place.py",
}
# A secret or a word in the address, and no id of anything.
NO_IDS = {"activate", "deadline", "link_open", "unsubscribe", "process", "process_diagram", "message_digest"}
NO_IDS |= {"process_migrate", "process_rest"}


@cache
def operations() -> list[tuple[str, str, str]]:
    """Id, method and path of every operation of the file."""
    paths = yaml.load(COMMITTED.read_text(), yaml.CSafeLoader)["paths"]
    return [
        (one["operationId"], method, path)
        for path, methods in paths.items()
        for method, one in methods.items()
    ]


@pytest.fixture(scope="module")
def furnished(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Things, dict[str, Client]]]:
    """The places and a program of everybody with a token for everything, made once and undone."""
    with django_db_blocker.unblock(), rolled_back():
        catalog.forget()
        for folder in FOLDERS:
            catalog.deploy_all(folder)
        things = furnish(build())
        tokens = {who: token_of(who) for who in REACH}
        yield (
            things,
            {who: Client(headers={"Authorization": f"Bearer {token}"}) for who, token in tokens.items()},
        )
    catalog.forget()


@pytest.fixture
def things(furnished: tuple[Things, Any], db: None) -> Things:
    return furnished[0]


@pytest.fixture
def programs(furnished: tuple[Any, dict[str, Client]], db: None) -> dict[str, Client]:
    return furnished[1]


def test_every_operation_is_declared() -> None:
    for name, method, path in operations():
        parameters = re.findall(r"\{(\w+)\}", path)
        if not parameters:
            assert name in (LISTS if method == "get" else BEGINNING | SEARCHES), name
        elif name not in FREE | OF_PROCESS:
            assert method == "get" or name in BODIES, name


def test_every_page_with_an_id_is_declared() -> None:
    names = {pattern.name for pattern in urlpatterns if "<" in str(pattern.pattern)}

    assert names == set(PAGES) | NO_IDS | set(ELSEWHERE)


def test_what_is_read_is_ones_own_place_or_nothing(things: Things, programs: dict[str, Client]) -> None:
    leaks, missing = [], {}
    for name, method, path in operations():
        if method != "get" or name in FREE | set(LISTS):
            continue
        (parameter,) = re.findall(r"\{(\w+)\}", path)
        nothing = path.replace(f"{{{parameter}}}", str(uuid4()))
        missing[name] = programs["officer"].get(nothing).content
        for who, program in programs.items():
            allowed = things.visible(parameter, who, name)
            for place in PLACES:
                answer = program.get(path.replace(f"{{{parameter}}}", things.ids[parameter][place]))
                good = answer.status_code in ((200, 403) if name in SOMETIMES_REFUSED else (200,))
                alike = answer.status_code == 404 and answer.content == missing[name]
                if not (good if place in allowed else alike):
                    leaks.append((name, who, place, answer.status_code))
                leaks += leaked(things, who, answer, name)

    assert leaks == []
    assert len(missing) > 15


def test_no_list_count_or_search_shows_anything_foreign(things: Things, programs: dict[str, Client]) -> None:
    paths = {name: path for name, method, path in operations() if method == "get"}
    leaks = []
    for name, query in LISTS.items():
        for who, program in programs.items():
            leaks += leaked(things, who, program.get(paths[name] + query), name)
    leaks += searched(things, programs)
    for who, program in programs.items():
        for place in PLACES:
            number = things.canaries[place][0]
            found = program.get(f"/api/v1/cases?number={number}").json()["count"]
            leaks += [] if found == (place in CASES[who]) else [("search", who, place, found)]

    assert leaks == []


def searched(things: Things, programs: dict[str, Client]) -> list[tuple[str, str, str, str]]:
    """What searches find that the person does not reach: without words, and for each canary."""
    paths = {name: path for name, _method, path in operations()}
    tasks = {"kind": "claim", "tasks": list(things.ids["task_id"].values())}
    leaks = []
    for name in sorted(SEARCHES):
        words = ("", *(canaries[0] for canaries in things.canaries.values()))
        bodies = [tasks] if name == "bulk_preview" else [{"text": text} for text in words]
        for who, program in programs.items():
            for body in bodies:
                answer = sent(program, "post", paths[name], body)
                assert answer.status_code == 200, (name, who, answer.content)
                leaks += leaked(things, who, answer, name)
    return leaks


def leaked(things: Things, who: str, answer: Any, name: str) -> list[tuple[str, str, str, str]]:
    """What an answer tells of a place that the person does not reach; their own things may name it."""
    if answer.status_code >= 400 or name in ("incident", "incidents", "jobs", "bulk", "bulk_items"):
        return []
    text = b"".join(answer) if answer.streaming else answer.content
    return [(name, who, place, one) for place, one in things.forbidden(who) if one.encode() in text]


def test_nothing_foreign_can_be_changed_and_trying_leaves_no_trace_in_it(
    things: Things, programs: dict[str, Client]
) -> None:
    before, leaks = everything({"accounts_accesstoken"}), []
    for name, method, path in operations():
        if method == "get" or name in BEGINNING | SEARCHES | OF_PROCESS:
            continue
        (parameter,) = re.findall(r"\{(\w+)\}", path)
        for who, program in programs.items():
            for place in set(PLACES) - things.visible(parameter, who, name):
                address = path.replace(f"{{{parameter}}}", things.ids[parameter][place])
                answer = sent(program, method, address, BODIES[name])
                if answer.status_code != 404:
                    leaks.append((name, who, place, answer.status_code))

    assert leaks == []
    assert everything({"accounts_accesstoken"}) == before


def sent(program: Client, method: str, address: str, body: Any) -> Any:
    if body == "a file":
        file = SimpleUploadedFile("a.pdf", pdf(), "application/pdf")
        return program.post(address, {"field": "paper", "file": file})
    send: Callable[..., Any] = getattr(program, method)
    return send(address, body, content_type="application/json", headers={"If-Match": "*"})


def test_whoever_did_not_sign_in_reaches_nothing(things: Things) -> None:
    for name, method, path in operations():
        address = re.sub(r"\{(\w+)\}", lambda one: things.ids.get(one[1], {}).get("own", "request"), path)
        nobody = Client()
        answer = (
            nobody.get(address) if method == "get" else sent(nobody, method, address, BODIES.get(name, {}))
        )
        assert answer.status_code == 401, name


def test_no_page_of_anything_foreign_opens_or_does_anything(things: Things) -> None:
    patterns = {pattern.name: str(pattern.pattern) for pattern in urlpatterns}
    before, leaks = everything(), []
    for who in REACH:
        visitor = Client()
        visitor.force_login(User.objects.get(username=who), backend=BACKEND)
        for at, (name, parameter) in enumerate(PAGES.items()):
            foreign = sorted(set(PLACES) - things.visible(parameter, who))
            # One foreign place for each page and person, another for the next.
            for place in foreign[at % len(foreign) :][:1] if foreign else ():
                address = "/" + re.sub(r"<[^>]+>", things.ids[parameter][place], patterns[name])
                statuses = {visitor.get(address).status_code}
                if who in ACTING:
                    statuses.add(visitor.post(address, {"do": "end"}).status_code)
                leaks += [] if statuses <= {404, 405} else [(name, who, place, statuses)]

    assert leaks == []
    assert everything() | {"accounts_user": ""} == before | {"accounts_user": ""}
