"""Every way to a decision by plain forms: in part, revoked, with the founder, with a second officer."""

import pytest
from django.urls import reverse

from accounts.models import RoleGrant, User
from accounts.services import grant_role, invite
from cases.models import Document
from engine import clock, jobs
from registries.models import Organisation
from tests.access_request.conftest import CONFIRMED, newest_token, person, request
from tests.web.conftest import text
from tests.web.test_request_without_scripts import at, send, version_of

PART = {"decision": "partial", "roles_granted": ["institution_user"], "reasons": "Pietiek ar vienu lomu."}


def refused(visitor, task, fields):
    """What stands in the error summary after sending."""
    visitor.post(at("task", task), draft_version=version_of(task), action="continue", **fields)
    answer = visitor.post(at("task_check", task), draft_version=version_of(task), idempotency_key="again")
    assert answer.status_code == 422
    return text(answer)


def roles_of(username):
    standing = RoleGrant.objects.filter(user__username=username, revoked_at=None)
    return sorted(standing.values_list("role", flat=True))


def letter_of(walk):
    jobs.run_due("test", until_empty=True)
    return Document.objects.get(case=walk.case, kind="access.decision").title_lv


@pytest.fixture
def teacher(seeded, db):
    """The teacher, who can sign in and has a role in the school."""
    user = invite(person("Jānis Paraugs"), now=clock.now())
    school = Organisation.objects.get(name="Egļkalnu pamatskola")
    now = clock.now()
    grant_role(user, "institution_head", school, valid_until=None, case_number="VIIS-PIE-2026-0000", now=now)
    return user


def test_a_part_of_the_roles_is_granted_with_reasons(visit, walk):
    walk.to_decision(roles=["institution_user", "institution_head"], valid_until="2099-12-31")
    officer, task = visit("karlis.paraugs"), walk.task("decide")

    longer = {"valid_until-day": "1", "valid_until-month": "1", "valid_until-year": "2100"}
    assert "Pieeja lūgta līdz 31.12.2099." in refused(officer, task, {**PART, **longer})
    done = send(
        officer, task, {**PART, "valid_until-day": "", "valid_until-month": "", "valid_until-year": ""}
    )

    assert done.headers["Location"] == reverse("inbox")
    assert letter_of(walk) == "Lēmums par pieejas daļēju piešķiršanu"
    assert roles_of("janis.paraugs") == ["institution_user"]


def test_revoked_access_is_gone_at_once_from_a_session_that_is_open(visit, begin, teacher):
    theirs = begin()
    signed_in, officer = visit(teacher.username), visit("karlis.paraugs")
    others = reverse("case", args=[theirs.case.public_id])
    assert signed_in.get(others).status_code == 200
    walk = begin()
    asked = {"kind": "revoke", "person": str(teacher.person.public_id), "reason": "Darbs beidzas šodien."}
    send(visit("ilze.piemere"), walk.task("fill_request"), asked)

    send(officer, walk.task("decide_revocation"), {"decision": "grant"})

    assert signed_in.get(others).status_code == 404
    assert theirs.case.number not in text(signed_in.get(reverse("cases")))
    assert "Egļkalnu pamatskola" not in text(signed_in.get(reverse("new_case")))
    assert roles_of(teacher.username) == []
    assert letter_of(walk) == "Lēmums par pieejas atņemšanu"


@pytest.mark.parametrize("agrees", ["yes", "no"])
def test_a_head_who_asks_for_herself_gets_what_the_founder_agrees_to(visit, walk, agrees):
    roles = ["institution_head", "institution_user"]
    walk.to_decision(kind="change", person=str(person("Ilze Piemēre").public_id), email=None, roles=roles)
    founder, officer = visit("dace.aizvietone"), visit("karlis.paraugs")
    words = {"words": "Pašvaldība to neatbalsta."} if agrees == "no" else {}
    assert visit("ilze.piemere").post(at("task", walk.task("countersign")), agrees="yes").status_code == 403

    send(founder, walk.task("countersign"), {"agrees": agrees, **words})

    task = walk.task("decide")
    if agrees == "yes":
        send(officer, task, {"decision": "grant"})
        assert roles_of("ilze.piemere") == roles
        return
    assert "Pašvaldība to neatbalsta." in text(officer.get(at("task", task)))
    assert "Dibinātājs nepiekrita." in refused(officer, task, {"decision": "grant"})
    send(officer, task, {"decision": "refuse", "reasons": "Dibinātājs nepiekrīt."})
    assert roles_of("ilze.piemere") == ["institution_head"]
    assert letter_of(walk) == "Lēmums par atteikumu"


@pytest.mark.parametrize("agrees", ["yes", "no"])
def test_roles_over_several_organisations_take_two_officers(visit, begin, agrees):
    walk = begin("dace.aizvietone", "Madonas novada pašvaldība")
    about = str(person("Māris Piemērs").public_id)
    asked = request(kind="change", person=about, email=None, roles=["municipality_head"])
    walk.do("fill_request", "dace.aizvietone", **asked)
    walk.accept()
    walk.do("confirm_request", "dace.aizvietone", **CONFIRMED)
    second, officer = visit("anna.paraudzina"), visit("karlis.paraugs")
    words = {"words": "Pietiek ar esošo lomu."} if agrees == "no" else {}

    send(second, walk.task("second_review"), {"agrees": agrees, **words})

    task = walk.task("decide")
    for name in ("task", "task_check", "task_claim", "task_return", "task_draft"):
        assert second.post(at(name, task), decision="grant", take_over="yes").status_code == 403, name
    if agrees == "yes":
        send(officer, task, {"decision": "grant"})
        assert roles_of("maris.piemers") == ["municipality_head"]
        return
    assert "Otra amatpersona nepiekrita." in refused(officer, task, {"decision": "grant"})
    assert walk.open == ["decide"]
    assert roles_of("maris.piemers") == ["municipality_officer"]


def test_somebody_elses_code_does_not_open_the_users_link(client, walk):
    walk.do("fill_request", "ilze.piemere", **request())
    head = User.objects.get(username="ilze.piemere").person.codes.get().code

    answer = client.post(reverse("link_open", args=[newest_token()]), {"code": head})

    assert answer.status_code == 422
    assert client.get(reverse("link_task")).status_code == 302
    assert walk.open == ["accept_commitment"]
