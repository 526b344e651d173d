"""What only the pages could do: searching by words, saved views, the applicant's status, letters in words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

from cases.models import AuditEntry, Blob, Case, Document, MessageDigest, SavedView
from cases.pdf import Facts, Heading, Letter, Points, Table, Text, to_json
from engine import clock
from registries.models import Employment
from tests.api.conftest import Api
from tests.cases.people import SINCE, World, person
from tests.cases.unchanged import everything

# That a token was used is noted in it.
TOKENS = {"accounts_accesstoken"}


def test_cases_and_tasks_are_found_by_the_words_of_a_body(
    to_decide: dict[str, Any], officer: Api, head: Api
) -> None:
    number = to_decide["case"]["number"]

    assert officer.post("cases/search", {"text": "Paraugmāte"}).json()["items"][0]["number"] == number
    assert officer.post("cases/search", {"text": "Nemanītais"}).json()["count"] == 0
    found = officer.post("tasks/search", {"queue": "all", "text": number}).json()
    assert [one["id"] for one in found["items"]] == [to_decide["id"]]
    assert head.post("cases/search", {"text": number, "own": True, "status": "closed"}).json()["items"] == []
    entries = AuditEntry.objects.filter(action="search")
    assert {entry.object for entry in entries} == {"cases", "inbox"}
    assert not [entry for entry in entries if "paraugm" in str(entry.fields).lower()]


def test_messages_are_searched_and_a_digest_is_read(world: World, head: Api, officer: Api) -> None:
    digest = MessageDigest.objects.create(
        recipient=world.users["head"].person, day=clock.now().date(), subject="Šodien VIIS",
        text="Divi notikumi.", language="lv", created_at=clock.now(),
    )  # fmt: skip

    assert head.get(f"messages/digests/{digest.public_id}").json()["text"] == "Divi notikumi."
    assert officer.get(f"messages/digests/{digest.public_id}").status_code == 404
    assert head.post("messages/search", {"text": "nekā tāda nav"}).json()["count"] == 0


def test_a_view_is_saved_renamed_moved_opened_and_deleted(world: World, officer: Api) -> None:
    wish = {"name": "Steidzamie", "filters": {"queue": "group", "text": "Jānis", "overdue": True}}
    made = officer.post("views", wish).json()
    second = officer.post("views", {"name": "Visi", "filters": {}}).json()
    path = f"views/{made['id']}"

    assert parse_qs(SavedView.objects.get(name="Steidzamie").query) == {
        "queue": ["group"], "q": ["Jānis"], "due": ["overdue"],
    }  # fmt: skip
    assert made["filters"] == {**wish["filters"], "process": "", "due_week": False, "sort": "due"}
    assert officer.post("views", wish).json()["errors"][0]["code"] == "taken"
    assert officer.put(path, {"name": "Kavētie"}).json()["name"] == "Kavētie"
    moved = officer.post(f"{path}/move", {"up": False}).json()["items"]
    assert [one["name"] for one in moved] == ["Visi", "Kavētie"]
    assert officer.put(f"{path}/first", {"first": True}).json()["opens_first"] is True
    assert officer.put(f"views/{second['id']}/first", {"first": False}).json()["opens_first"] is False
    assert officer.get(path).json()["opens_first"] is True
    assert officer.put(f"{path}/first", {"first": False}).json()["opens_first"] is False
    assert officer.post(f"{path}/delete").status_code == 204
    assert [one["count"] for one in officer.get("views?counts=true").json()["items"]] == [0]


def test_a_view_of_a_group_is_its_members_and_nobody_elses(world: World, officer: Api, api: Any) -> None:
    group = f"ministry_officer@{world.ministry.pk}"
    made = officer.post("views", {"name": "Mūsu", "group": group, "filters": {}}).json()
    before = everything(TOKENS)

    assert [one["group"] for one in api("colleague").get("views").json()["items"]] == [group]
    assert api("head").post("views", {"name": "Svešs", "group": group, "filters": {}}).status_code == 403
    for method, tail, body in (
        ("post", "/delete", {}),
        ("put", "", {"name": "X"}),
        ("put", "/first", {"first": True}),
    ):
        assert getattr(api("head"), method)(f"views/{made['id']}{tail}", body).status_code == 404
    assert everything(TOKENS) == before
    assert SavedView.objects.get().name == "Mūsu"


def test_the_applicant_follows_the_case(to_decide: dict[str, Any], head: Api, api: Any) -> None:
    status = head.get(f"cases/{to_decide['case']['id']}/status").json()

    assert status["contact"]["name"] == "Izglītības ministrija"
    assert status["turn"]["mine"] is False
    assert {one["state"] for one in status["milestones"]} <= {"done", "now", "ahead"}
    assert api("other_head").get(f"cases/{to_decide['case']['id']}/status").status_code == 404


def test_a_letter_is_read_in_words(world: World, head: Api, begun: dict[str, Any]) -> None:
    blocks = (
        Heading("Kas lemts"), Text("Piešķirts."), Points(("viens", "divi")), Facts((("Loma", "Lietotājs"),)),
        Table("Lomas", ("Loma", "Līdz"), (("Lietotājs", "2027"),)),
    )  # fmt: skip
    letter = Letter("VIIS", ("Rīga",), "Rīgā", "N-1", ("Ilzei",), "Lēmums", blocks, ("Referents", "Kārlis"))
    blob = Blob.objects.create(sha256="a" * 64, content=b"%PDF", size=4, stored_at=clock.now())
    case = Case.objects.get(number=begun["case"]["number"])
    document = Document.objects.create(
        case=case, blob=blob, kind="letter", title_lv="Lēmums", title_en="Decision",
        file_name="a.pdf", content_type="application/pdf", author="system", given_at=clock.now(),
        letter=to_json(letter),
    )  # fmt: skip

    answer = head.get(f"documents/{document.public_id}/letter")
    said = answer.json()
    assert [one["block"] for one in said["blocks"]] == ["heading", "text", "points", "facts", "table"]
    assert said["blocks"][4] == {
        "block": "table", "text": "", "items": [], "about": "Lomas", "head": ["Loma", "Līdz"],
        "rows": [["Lietotājs", "2027"]],
    }  # fmt: skip
    assert (said["signed_by"], said["addressee"]) == (["Referents", "Kārlis"], ["Ilzei"])
    again = head.get(f"documents/{document.public_id}/letter", **{"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_many_tasks_are_looked_at_before_anything_is_asked_for(
    to_decide: dict[str, Any], officer: Api, api: Any
) -> None:
    wish = {"kind": "claim", "tasks": [to_decide["id"]]}
    before = everything(TOKENS)

    free = officer.post("bulk/preview", wish).json()
    assert (free["possible"], free["items"][0]["code"]) == (1, "")
    barred = officer.post("bulk/preview", {"kind": "release", "tasks": [to_decide["id"]]}).json()
    assert (barred["possible"], barred["items"][0]["code"]) == (0, "assigned_to_other")
    to_whom = officer.post("bulk/preview", {"kind": "assign", "tasks": [to_decide["id"]]}).json()
    assert [one["username"] for one in to_whom["colleagues"]] == ["colleague", "officer"]
    assert api("other_head").post("bulk/preview", wish).json()["items"] == []
    assert everything(TOKENS) == before


def test_what_an_event_of_the_register_would_end_is_told_before(world: World, api: Any) -> None:
    admin, leaver = api("admin"), world.users["clerk"].person
    Employment.objects.create(
        person=leaver, organisation=world.school, position="Lietvede", valid_from=SINCE, is_head=False
    )
    path, today = f"register/organisations/{world.school.public_id}", clock.now().date()
    day = (today + timedelta(days=9)).isoformat()
    before = everything(TOKENS)

    left = admin.post(
        f"{path}/end-employment/preview", {"person": str(leaver.public_id), "last_day": day}
    ).json()
    assert (left["people"], left["roles"], left["at_once"]) == (1, 1, False)
    closed = admin.post(f"{path}/close/preview", {"on": today.isoformat()}).json()
    assert (closed["people"], closed["roles"], closed["at_once"]) == (3, 3, True)
    headed = {"person": str(leaver.public_id), "on": day, "position": "Direktore"}
    assert admin.post(f"{path}/head/preview", headed).json()["people"] == 0
    nobody = {**headed, "person": str(person("Sveša", "Persona").public_id)}
    assert admin.post(f"{path}/head/preview", nobody).status_code == 404
    assert api("head").post(f"{path}/close/preview", {"on": day}).status_code == 403
    assert admin.post(f"{path}/close/preview", {"on": "9999-12-31"}).status_code == 400
    assert everything({*TOKENS, "registries_person"}).items() <= before.items()


def test_a_day_at_the_end_of_time_is_refused_and_breaks_nothing(head: Api) -> None:
    assert head.get("me/looks?last_day=2199-12-31").status_code == 200
    assert head.get("me/looks?last_day=9999-12-31").status_code == 400
    assert head.get("me/looks?first_day=0001-01-01").status_code == 400
