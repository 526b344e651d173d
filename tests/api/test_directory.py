"""The directory for programs: words in a body, one with roles, the code with a reason, the link again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cases.models import AuditEntry
from cases.services.people import INVITATION
from engine.models import Wait
from registries.models import Employment, PersonCode
from tests.api.conftest import Api
from tests.cases.people import SINCE, World, grant, person, user
from tests.cases.unchanged import everything

# That a token was used is noted in it.
TOKENS = {"accounts_accesstoken"}
SEARCH = "directory/organisations/search"


@pytest.fixture
def colleague(world: World) -> Any:
    """Somebody who works in the school with a role from a case, and has not chosen a password yet."""
    found = person("Ieva", "Kolēģe")
    Employment.objects.create(
        person=found, organisation=world.school, position="Skolotāja", valid_from=SINCE, is_head=False
    )
    PersonCode.objects.create(person=found, code="32765412345", valid_from=SINCE)
    grant(user("ieva", found), "institution_user", world.school)
    return found


def test_organisations_are_found_by_words_and_a_search_is_recorded_without_them(
    world: World, officer: Api
) -> None:
    found = officer.post(SEARCH, {"text": "eglu PAMAT"}).json()

    assert [(one["name"], one["kind"]) for one in found["items"]] == [("Egļu pamatskola", "general")]
    assert found["count"] == 1
    entry = AuditEntry.objects.get(action="search", object="organisations")
    assert entry.fields["found"] == [str(world.school.public_id)]
    assert "eglu" not in str(entry.fields).lower()


def test_pages_of_the_directory_follow_each_other(officer: Api) -> None:
    first = officer.post(SEARCH, {"limit": 3}).json()
    rest = officer.post(SEARCH, {"limit": 3, "cursor": first["next_cursor"]}).json()

    names = [one["name"] for one in first["items"] + rest["items"]]
    assert (len(first["items"]), names, rest["next_cursor"]) == (3, sorted(names), None)
    assert (
        officer.post(SEARCH, {"cursor": rest["previous_cursor"], "limit": 3}).json()["items"]
        == first["items"]
    )
    assert officer.post(SEARCH, {"kind": "municipality"}).json()["count"] == 2
    assert officer.post(SEARCH, {"cursor": "x"}).status_code == 400
    assert officer.post(SEARCH, {"name": "Egļu"}).status_code == 400


def test_one_organisation_tells_its_roles_and_is_not_sent_twice(
    world: World, head: Api, api: Callable[..., Api]
) -> None:
    path = f"directory/organisations/{world.school.public_id}"

    answer = head.get(path)
    assert [(one["name"], one["role"]) for one in answer.json()["roles"]] == [
        ("Lauma Lietotāja", "institution_user"),
        ("Ilze Paraugmāte", "institution_head"),
        ("Oskars Vietnieks", "institution_head"),
    ]
    assert head.get(path, **{"If-None-Match": answer["ETag"]}).status_code == 304
    assert api("other_head").get(path).status_code == 404
    assert api("head", "cases:read").get(path).status_code == 403


def test_a_person_is_found_shown_and_sees_who_looked(world: World, head: Api, colleague: Any) -> None:
    (found,) = head.post("directory/people/search", {"text": "kolege"}).json()["items"]
    card = head.get(f"directory/people/{found['id']}").json()

    assert found["works"] == ["Skolotāja, Egļu pamatskola"]
    assert card["masked_code"].endswith("12345") is False
    assert "32765412345" not in str(card)
    assert (card["can_be_invited"], card["can_show_code"], card["can_sign_in"]) == (True, True, False)
    looks = AuditEntry.objects.filter(fields__persons__contains=[colleague.pk]).order_by("id")
    assert [row.action for row in looks] == ["search", "read"]


def test_a_whole_code_needs_a_reason_and_a_token_made_for_it(
    world: World, head: Api, api: Callable[..., Api], colleague: Any
) -> None:
    path = f"directory/people/{colleague.public_id}/code"

    assert head.post(path, {}).status_code == 400
    assert api("head", "directory:read").post(path, {"why": "identity"}).status_code == 403
    assert api("auditor").post(path, {"why": "identity"}).status_code == 403
    assert head.post(path, {"why": "identity"}).json() == {"code": "32765412345"}
    shown = AuditEntry.objects.get(fields__shown="personal_code")
    assert (shown.actor, shown.fields["why"]) == (world.key("head"), "identity")


def test_an_invitation_is_sent_again_by_who_may(
    world: World, head: Api, officer: Api, colleague: Any, begun: dict[str, Any]
) -> None:
    colleague.user.role_grants.update(case_number=begun["case"]["number"])
    path = f"directory/people/{colleague.public_id}/invite"
    before = everything(TOKENS)

    assert officer.post(path).status_code == 403
    assert everything(TOKENS) == before
    assert head.post(path).status_code == 204
    assert Wait.objects.get(topic=INVITATION).arguments["user"] == colleague.user.pk
    assert AuditEntry.objects.filter(action="person.invited", actor=world.key("head")).count() == 1
