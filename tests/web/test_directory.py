"""Organisations and people: each sees their own, foreign ones are not there, every look is recorded."""

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import RoleGrant, User
from accounts.services import invite, make_activation_link
from cases.models import AuditEntry
from engine import clock, jobs
from registries.models import Organisation, Person
from registries.queries import current_code
from registries.services import register_person
from tests.access_request.conftest import person
from tests.web.conftest import text

SCHOOL = "Egļkalnu pamatskola"
MINISTRY, TOWN, HEAD, USER, IKVD = (
    "karlis.paraugs", "dace.aizvietone", "ilze.piemere", "zane.varbute", "liga.neesosa",
)  # fmt: skip


def school():
    return Organisation.objects.get(name=SCHOOL)


def foreign():
    town = school().municipality
    rows = Organisation.objects.filter(kind="general", status="active").exclude(municipality=town)
    return rows.order_by("id").first()


@pytest.mark.parametrize("username", [MINISTRY, IKVD, TOWN, HEAD])
def test_a_school_is_found_by_name_without_marks_and_by_number(visit, username):
    visitor = visit(username)
    place = school()

    for words in ("eglkalnu PAMATSK", place.registration_number):
        page = text(visitor.get(reverse("organisations"), q=words))
        assert reverse("organisation", args=[place.public_id]) in page
    assert AuditEntry.objects.filter(action="search", object="organisations").count() == 2
    assert visitor.get(reverse("organisation", args=[place.public_id])).status_code == 200


@pytest.mark.parametrize(("username", "sees"), [(MINISTRY, True), (IKVD, True), (TOWN, False), (HEAD, False)])
def test_a_foreign_school_and_its_people_are_there_only_for_the_whole_state(visit, username, sees):
    visitor, place = visit(username), foreign()
    leader = place.employments.get(is_head=True).person

    listed = text(visitor.get(reverse("organisations"), q=place.name))
    assert (reverse("organisation", args=[place.public_id]) in listed) == sees
    found = text(visitor.get(reverse("people"), q=str(leader)))
    assert (reverse("person", args=[leader.public_id]) in found) == sees
    status = 200 if sees else 404
    assert visitor.get(reverse("organisation", args=[place.public_id])).status_code == status
    assert visitor.get(reverse("person", args=[leader.public_id])).status_code == status
    if not sees:
        refused = AuditEntry.objects.filter(action="refused", object=f"person:{leader.public_id}")
        assert refused.count() == 1
        answer = visitor.post(reverse("person_code", args=[leader.public_id]), why="identity")
        assert answer.status_code == 404
        assert visitor.post(reverse("person_invite", args=[leader.public_id])).status_code == 404


def test_a_plain_user_sees_neither_colleagues_nor_the_menu(visit):
    visitor = visit(USER)

    page = text(visitor.get(reverse("cases")))
    assert reverse("people") not in page
    assert "Ilze Piemēre" not in text(visitor.get(reverse("people"), q="Ilze"))
    assert SCHOOL not in text(visitor.get(reverse("organisations"))).partition("<main")[2]
    assert visitor.get(reverse("person", args=[person("Ilze Piemēre").public_id])).status_code == 404
    assert visitor.get(reverse("organisation", args=[school().public_id])).status_code == 404


def test_who_reaches_the_whole_state_searches_first_and_the_search_is_recorded(visit):
    officer = visit(MINISTRY)
    assert "Ko meklējat?" in text(officer.get(reverse("people")))

    page = text(officer.get(reverse("people"), q="piemere ilze"))

    ilze = person("Ilze Piemēre")
    assert reverse("person", args=[ilze.public_id]) in page
    entry = AuditEntry.objects.get(action="search", object="people")
    assert entry.fields["found"] == [str(ilze.public_id)]
    assert "piemere" not in str(entry.fields)


def test_an_organisation_shows_its_head_its_users_and_its_open_cases(visit, walk):
    walk.to_decision()

    page = text(visit(MINISTRY).get(reverse("organisation", args=[school().public_id])))

    assert reverse("person", args=[person("Ilze Piemēre").public_id]) in page
    assert "Iestādes vadītājs" in page
    assert walk.case.number in page
    assert school().registration_number in page


def test_the_whole_code_is_shown_only_with_a_reason_and_that_is_recorded(visit):
    ilze, officer = person("Ilze Piemēre"), visit(MINISTRY)
    code = current_code(ilze)
    address = reverse("person_code", args=[ilze.public_id])
    page = text(officer.get(reverse("person", args=[ilze.public_id])))
    assert code[-5:] not in page

    assert officer.post(address, why="curiosity").status_code == 403
    shown = text(officer.post(address, why="document"))

    assert f"{code[:6]}-{code[6:]}" in shown
    entry = AuditEntry.objects.filter(object=f"person:{ilze.public_id}", fields__shown="personal_code").get()
    assert (entry.fields["why"], entry.fields["persons"]) == ("document", [ilze.pk])
    assert code not in str(AuditEntry.objects.values_list("fields", flat=True))
    assert visit("andris.revidents").post(address, why="document").status_code == 403


def test_who_holds_a_role_without_being_entered_as_employed_is_there_while_it_stands(visit):
    declared = register_person(given_name="Agnese", family_name="Paraugaite", email="agnese@example.lv")
    user = invite(declared, now=clock.now())
    day = clock.now().date()
    given = RoleGrant.objects.create(
        user=user,
        role="institution_user",
        organisation=school(),
        valid_from=day,
        granted_at=clock.now(),
        case_number="VIIS-PIE-2026-0000",
    )
    address = reverse("person", args=[declared.public_id])

    assert visit(HEAD).get(address).status_code == 200
    assert address in text(visit(HEAD).get(reverse("people"), q="Paraugaite"))
    stranger = foreign().employments.get(is_head=True).person.user.username
    assert visit(stranger).get(address).status_code == 404
    RoleGrant.objects.filter(pk=given.pk).update(revoked_at=clock.now())
    assert visit(HEAD).get(address).status_code == 404


def test_a_role_names_the_case_that_gave_it_and_the_link_can_be_sent_again(visit, walk):
    walk.to_decision()
    walk.do("decide", MINISTRY, decision="grant")
    janis, head = person("Jānis Paraugs"), visit(HEAD)
    mail.outbox.clear()

    page = text(head.get(reverse("person", args=[janis.public_id])))
    assert reverse("case", args=[walk.case.public_id]) in page
    assert "parole vēl nav izvēlēta" in page
    assert visit(TOWN).post(reverse("person_invite", args=[janis.public_id])).status_code == 403
    head.post(reverse("person_invite", args=[janis.public_id]))
    jobs.run_due("test", until_empty=True)

    (told,) = mail.outbox
    assert "/aktivizet/" in told.body
    assert AuditEntry.objects.get(action="person.invited").object == f"person:{janis.public_id}"
    User.objects.filter(person=janis).update(password="set")
    assert head.post(reverse("person_invite", args=[janis.public_id])).status_code == 403
    assert len(mail.outbox) == 1


def test_a_dead_first_link_says_whom_to_ask(visit, walk):
    walk.to_decision()
    walk.do("decide", MINISTRY, decision="grant")
    user = User.objects.get(person=person("Jānis Paraugs"))
    old = make_activation_link(user, now=clock.now())
    make_activation_link(user, now=clock.now())

    page = text(Client().get(reverse("activate", args=[old.token])))

    assert f"var nosūtīt iestādes vadītājs ({SCHOOL})" in page
    unknown = text(Client().get(reverse("activate", args=["nothing"])))
    assert "jūsu iestādes vadītājs" in unknown
    assert SCHOOL not in unknown


def test_lists_page_in_both_directions_and_need_as_many_statements_for_many_as_for_few(visit):
    officer = visit(MINISTRY)
    first = text(officer.get(reverse("organisations")))
    address = first.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")

    second = text(officer.get(address))
    back = second.partition('rel="prev"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")

    assert first.count('<th role="rowheader"') == second.count('<th role="rowheader"') == 25
    again = text(officer.get(back))
    assert (
        again.partition("<tbody")[2].partition("</tbody>")[0]
        == first.partition("<tbody")[2].partition("</tbody>")[0]
    )

    def statements(name, **query):
        officer.get(reverse(name), **query)
        with CaptureQueriesContext(connection) as met:
            officer.get(reverse(name), **query)
        return len(met)

    few = Organisation.objects.get(name=SCHOOL).registration_number
    assert statements("organisations") == statements("organisations", q=few) <= 20
    name = Person.objects.order_by("id").first().family_name
    assert statements("people", q="a") == statements("people", q=name) <= 20
