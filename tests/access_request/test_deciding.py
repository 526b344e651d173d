"""What people may and may not do on the way of an access request."""

from datetime import timedelta

import pytest
from django.core import mail
from pypdf import PdfReader

from accounts.models import RoleGrant, User
from accounts.scope import RIGA, scope_of
from cases.audit import verify
from cases.calendar import add_working_days
from cases.documents import read
from cases.errors import FormInvalid, NotAllowed, Refused
from cases.models import Answer, AuditEntry, Case, Document, FieldComment, Message
from cases.people import name_of
from cases.queries import case_detail
from cases.rules_applied import newest_rule
from cases.services.cases import withdraw_case
from cases.services.tasks import claim_task, complete_task
from engine import clock, jobs
from engine.instants import REMIND
from engine.models import Completion, Wait
from registries.models import Employment, Person
from registries.queries import employment_of
from registries.services import end_employment

from .conftest import CONFIRMED, actor, person, request

pytestmark = pytest.mark.django_db


def refused(walk, element, by, **answers):
    before = Completion.objects.filter(instance=walk.case.instance).count()
    with pytest.raises(FormInvalid) as caught:
        complete_task(walk.task(element).public_id, user=actor(by), answers=answers)
    assert Completion.objects.filter(instance=walk.case.instance).count() == before
    assert Answer.objects.filter(case=walk.case).count() == before - 1
    return [(error.field, error.code) for error in caught.value.errors]


def test_a_granted_request_gives_the_role_a_letter_and_an_invitation(walk):
    walk.to_decision()

    walk.do("decide", "karlis.paraugs", decision="grant")

    case = walk.fresh()
    assert (case.status, case.outcome) == ("closed", "granted")
    grant = RoleGrant.objects.get(user__person=person("Jānis Paraugs"))
    assert (grant.role, grant.organisation, grant.case_number) == (
        "institution_user",
        case.organisation,
        case.number,
    )
    letter = Document.objects.get(case=case, kind="access.decision")
    assert (letter.kind, letter.version, letter.content_type) == ("access.decision", 1, "application/pdf")
    invitation = next(one for one in mail.outbox if "/aktivizet/" in one.body)
    assert invitation.to == ["janis.paraugs@example.lv"]
    assert not User.objects.get(person=person("Jānis Paraugs")).has_usable_password()


def test_the_letter_says_who_got_what(walk, tmp_path):
    walk.to_decision()
    walk.do("decide", "karlis.paraugs", decision="grant")
    scope = scope_of(actor("ilze.piemere"), at=clock.now())

    document, content = read(scope, Document.objects.get(case=walk.case, kind="access.decision").public_id)

    (tmp_path / "letter.pdf").write_bytes(content)
    text = "\n".join(page.extract_text() for page in PdfReader(tmp_path / "letter.pdf").pages)
    assert document.file_name == f"{walk.case.number}-lemums.pdf"
    for words in (walk.case.number, "Jānis Paraugs", "Iestādes lietotājs", "Ilze Piemēre", "Kārlis Paraugs"):
        assert words in text


def test_the_rule_that_says_who_agrees_is_told_to_officials_and_printed_in_the_letter(walk, tmp_path):
    walk.to_decision()
    told = {
        who: [
            (item.text_lv, item.text_en)
            for item in case_detail(scope_of(actor(who), at=clock.now()), walk.case.public_id).timeline
            if item.kind == "rule"
        ]
        for who in ("karlis.paraugs", "ilze.piemere")
    }
    walk.do("decide", "karlis.paraugs", decision="grant")
    scope = scope_of(actor("ilze.piemere"), at=clock.now())

    _, content = read(scope, Document.objects.get(case=walk.case, kind="access.decision").public_id)

    assert told == {
        "karlis.paraugs": [
            (
                "Lēmumu tabula “Iespējamās lomas”: piemērots 1. noteikums. "
                "Izglītības iestādē var lūgt iestādes lietotāja un iestādes vadītāja lomu.",
                "Decision table “Possible roles”: rule 1 was applied. "
                "At an institution the roles of its user and of its head may be asked for.",
            ),
            (
                "Lēmumu tabula “Kam jāpiekrīt”: piemērots 5. noteikums. "
                "Lietotājs uzņemas saistības; cita piekrišana nav vajadzīga.",
                "Decision table “Who has to agree”: rule 5 was applied. "
                "The user accepts the commitments; nobody else has to agree.",
            ),
        ],
        "ilze.piemere": [],
    }
    applied = newest_rule(walk.case, "access_signers")
    assert (applied.number, applied.words_lv) == (5, told["karlis.paraugs"][1][0].split("noteikums. ")[1])
    (tmp_path / "letter.pdf").write_bytes(content)
    text = " ".join(
        " ".join(page.extract_text() for page in PdfReader(tmp_path / "letter.pdf").pages).split()
    )
    assert f"Kam jāpiekrīt {applied.words_lv} (Tabulas “Kam jāpiekrīt” 5. noteikums.)" in text


def test_a_returned_request_opens_only_the_commented_fields_and_comes_back_to_the_same_officer(walk):
    walk.to_decision()
    claim_task(walk.task("decide").public_id, user=actor("anna.paraudzina"))

    walk.give_back("decide", "anna.paraudzina", reason="Kādi dati?")

    assert walk.fresh().status == "returned"
    assert FieldComment.objects.get(case=walk.case).text == "Kādi dati?"
    with pytest.raises(FormInvalid):
        walk.do("correct", "ilze.piemere", roles=["institution_head"], reason="Citi dati par klasi.")
    walk.do("correct", "ilze.piemere", reason="Skolēnu dati un kavējumi.")
    assert walk.open == ["confirm_request"]
    walk.do("confirm_request", "ilze.piemere", **CONFIRMED)
    assert walk.task("decide").assignee == "anna.paraudzina"
    assert walk.fresh().status == "submitted"


def test_corrected_roles_need_a_new_commitment(walk):
    walk.to_decision()
    walk.give_back("decide", "karlis.paraugs", roles="Vai tiešām?")

    walk.do("correct", "ilze.piemere", roles=["institution_head"])

    assert walk.open == ["accept_commitment"]


def test_a_second_request_about_the_same_person_is_refused_with_the_number_of_the_first(begin, walk):
    walk.do("fill_request", "ilze.piemere", **request())
    second = begin()

    assert refused(second, "fill_request", "ilze.piemere", **request()) == [("person", "duplicate")]
    assert second.fresh().subject is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"kind": "change"}, [("kind", "no_access")]),
        ({"kind": "revoke", "roles": None, "email": None}, [("kind", "no_access")]),
        ({"roles": ["ministry_admin"]}, [("roles", "not_a_choice")]),
        ({"roles": []}, [("roles", "required_choice")]),
        ({"email": "janis"}, [("email", "email")]),
        ({"email": None}, [("email", "email")]),
        ({"valid_until": "2020-01-01"}, [("valid_until", "in_past")]),
        ({"person": "somebody"}, [("person", "not_a_choice")]),
        ({"reason": "Jā"}, [("reason", "too_short")]),
    ],
)
def test_what_the_registers_or_the_form_contradict_is_said_at_its_field(walk, changes, expected):
    Person.objects.filter(pk=person("Jānis Paraugs").pk).update(email="")

    assert refused(walk, "fill_request", "ilze.piemere", **request(**changes)) == expected


def test_access_cannot_be_granted_twice(walk, begin):
    walk.to_decision()
    walk.do("decide", "karlis.paraugs", decision="grant")

    assert refused(begin(), "fill_request", "ilze.piemere", **request()) == [("kind", "has_access")]


@pytest.mark.parametrize(
    ("starter", "organisation"),
    [
        ("ilze.piemere", "Egļkalnu pamatskola"),
        ("dace.aizvietone", "Madonas novada pašvaldība"),
        ("una.vadiba", "Izglītības un zinātnes ministrija"),
        ("liga.neesosa", "Izglītības kvalitātes valsts dienests"),
    ],
)
def test_everybody_who_may_start_a_request_in_the_demonstration_can_also_send_it(
    begin, starter, organisation
):
    walk = begin(starter, organisation)
    role = {
        "liga.neesosa": "ikvd_officer",
        "una.vadiba": "auditor",
        "dace.aizvietone": "municipality_officer",
    }
    declared = {
        "person": "declared",
        "given_name": "Zane",
        "family_name": "Iedomāta",
        "personal_code": "329876-54321",
        "position": "Speciāliste",
        "email": "zane.iedomata@example.lv",
        "roles": [role.get(starter, "institution_user")],
    }

    walk.do("fill_request", starter, **request(**declared))

    assert walk.open == ["accept_commitment"]


def test_who_is_no_longer_head_cannot_apply(walk):
    head = person("Ilze Piemēre")
    # Past the services, which would end the access too, so that the check of the request is met.
    Employment.objects.filter(person=head).update(valid_until=clock.now().date() - timedelta(days=1))

    with pytest.raises(Refused) as caught:
        walk.do("fill_request", "ilze.piemere", **request())

    assert caught.value.because == "not_head"
    assert walk.open == ["fill_request"]


def test_a_code_of_somebody_else_is_refused(walk):
    declared = {"person": "declared", "given_name": "Cita", "family_name": "Persona", "position": "Skolotāja"}
    code = person("Jānis Paraugs").codes.get().code

    found = refused(walk, "fill_request", "ilze.piemere", **request(**declared, personal_code=code))

    assert found == [("personal_code", "other_name")]


def test_nobody_decides_a_request_about_themself(begin):
    ministry = Employment.objects.get(person=person("Una Vadība")).organisation
    walk = begin("una.vadiba", ministry.name)
    karlis = person("Kārlis Paraugs")
    answers = request(
        kind="change", person=str(karlis.public_id), email="k@example.lv", roles=["ministry_admin"]
    )
    walk.do("fill_request", "una.vadiba", **answers)
    walk.accept()
    walk.do("confirm_request", "una.vadiba", **CONFIRMED)

    with pytest.raises(NotAllowed):
        walk.do("second_review", "karlis.paraugs", agrees="yes")
    walk.do("second_review", "anna.paraudzina", agrees="yes")
    for officer in ("karlis.paraugs", "anna.paraudzina"):
        with pytest.raises(NotAllowed):
            walk.do("decide", officer, decision="grant")

    assert walk.open == ["decide"]


def test_what_the_second_officer_is_against_cannot_be_granted(begin):
    walk = begin("dace.aizvietone", "Madonas novada pašvaldība")
    subject = person("Māris Piemērs")
    answers = request(
        kind="change",
        person=str(subject.public_id),
        email="m@example.lv",
        roles=["municipality_head"],
    )
    walk.do("fill_request", "dace.aizvietone", **answers)
    walk.accept()
    walk.do("confirm_request", "dace.aizvietone", **CONFIRMED)
    walk.do("second_review", "anna.paraudzina", agrees="no", words="Pietiek ar esošo lomu.")

    with pytest.raises(FormInvalid) as caught:
        walk.do("decide", "karlis.paraugs", decision="grant")

    assert [error.code for error in caught.value.errors] == ["second_against"]
    assert walk.open == ["decide"]
    assert not RoleGrant.objects.filter(user__person=subject, role="municipality_head").exists()


def test_a_head_who_asks_for_herself_needs_the_founder_and_not_her_own_signature(walk):
    head = person("Ilze Piemēre")
    roles = ["institution_user", "institution_head"]
    walk.to_decision(kind="change", person=str(head.public_id), roles=roles)

    assert walk.open == ["countersign"]
    assert walk.task("countersign").group.startswith("municipality_head@")
    with pytest.raises(NotAllowed):
        walk.do("countersign", "ilze.piemere", agrees="yes")
    told = Message.objects.get(case=walk.case, task=walk.task("countersign"))
    assert told.recipient == person("Dace Aizvietone")


PART = {"decision": "partial", "roles_granted": ["institution_user"], "reasons": "Pietiek ar vienu lomu."}


def test_a_part_may_be_shorter_than_what_was_asked_for(walk):
    walk.to_decision(roles=["institution_user", "institution_head"], valid_until="2099-12-31")

    walk.do("decide", "karlis.paraugs", **PART, valid_until="2099-06-30")

    grant = RoleGrant.objects.get(user__person=person("Jānis Paraugs"))
    assert (grant.role, str(grant.valid_until)) == ("institution_user", "2099-06-30")


def test_a_part_is_never_longer_than_what_was_asked_for(walk):
    walk.to_decision(roles=["institution_user", "institution_head"], valid_until="2099-12-31")

    with pytest.raises(FormInvalid) as caught:
        walk.do("decide", "karlis.paraugs", **PART, valid_until="2100-06-30")

    assert [(error.field, error.code) for error in caught.value.errors] == [
        ("valid_until", "longer_than_asked")
    ]
    assert walk.open == ["decide"]
    assert not RoleGrant.objects.filter(user__person=person("Jānis Paraugs")).exists()


def test_a_change_ends_the_roles_that_are_not_named(walk, begin):
    walk.to_decision(roles=["institution_user", "institution_head"])
    walk.do("decide", "karlis.paraugs", decision="grant")
    second = begin()

    second.to_decision(kind="change", roles=["institution_head"], valid_until="2099-06-30")
    second.do("decide", "karlis.paraugs", decision="grant")

    standing = RoleGrant.objects.filter(user__person=person("Jānis Paraugs"), revoked_at=None)
    assert [(one.role, str(one.valid_until)) for one in standing] == [("institution_head", "2099-06-30")]


def test_every_role_that_begins_or_ends_is_in_the_audit_of_the_case(walk, begin):
    teacher = person("Jānis Paraugs")
    walk.to_decision(valid_until="2099-06-30")
    walk.do("decide", "karlis.paraugs", decision="grant")
    change = begin().to_decision(kind="change", roles=["institution_head"])
    change.do("decide", "anna.paraudzina", decision="grant")
    revocation = begin()
    asked = request(kind="revoke", roles=None, email=None)
    revocation.do("fill_request", "ilze.piemere", **asked)

    revocation.do("decide_revocation", "karlis.paraugs", decision="grant")

    of_roles = AuditEntry.objects.filter(object=f"person:{teacher.pk}", action__startswith="role.").order_by(
        "id"
    )
    assert [(one.chain, name_of(one.actor), one.action, one.fields["role"]) for one in of_roles] == [
        (f"case:{walk.case.pk}", "Kārlis Paraugs", "role.granted", "institution_user"),
        (f"case:{change.case.pk}", "Anna Paraudziņa", "role.revoked", "institution_user"),
        (f"case:{change.case.pk}", "Anna Paraudziņa", "role.granted", "institution_head"),
        (f"case:{revocation.case.pk}", "Kārlis Paraugs", "role.revoked", "institution_head"),
    ]
    assert [one.fields.get("until") for one in of_roles] == ["2099-06-30", None, None, None]
    assert verify() == ()


def test_who_left_before_the_decision_gets_nothing(walk):
    walk.to_decision()
    teacher = person("Jānis Paraugs")
    work = employment_of(teacher, walk.case.organisation, clock.now().date())
    end_employment(work, last_day=clock.now().date() - timedelta(days=1), now=clock.now())

    with pytest.raises(FormInvalid) as caught:
        walk.do("decide", "karlis.paraugs", decision="grant")

    assert [(error.field, error.code) for error in caught.value.errors] == [("decision", "not_employee")]
    assert not RoleGrant.objects.filter(user__person=teacher).exists()


def test_the_user_is_reminded_with_a_fresh_link_after_3_and_7_working_days(walk):
    walk.do("fill_request", "ilze.piemere", **request())
    due = Wait.objects.filter(instance=walk.case.instance, topic=REMIND, status="due").order_by("due_at")
    opened = walk.task("accept_commitment").opened_at.astimezone(RIGA).date()
    days = [add_working_days(walk.task("accept_commitment").opened_at, count) for count in (3, 7)]
    assert [one.due_at for one in due] == days
    assert opened < days[0].astimezone(RIGA).date() < days[1].astimezone(RIGA).date()

    for sent, moment in enumerate(days, start=1):
        assert len([one for one in mail.outbox if "/saite/" in one.body]) == sent
        clock.set_offset(clock.offset() + moment - clock.now())
        jobs.run_due("test", until_empty=True)

    assert len([one for one in mail.outbox if "/saite/" in one.body]) == 3
    assert mail.outbox[-1].subject.startswith("Atgādinājums")
    walk.accept()
    assert walk.open == ["confirm_request"]


@pytest.mark.parametrize(
    ("decision", "told", "user_told"),
    [
        ({"decision": "grant"}, "pieeja piešķirta", "Jūsu pieeja VIIS ir gatava"),
        (PART, "pieeja piešķirta daļēji", "Jūsu pieeja VIIS ir gatava"),
        (
            {"decision": "refuse", "reasons": "Nav pamata piešķirt."},
            "iesniegums nav apmierināts",
            "Pieeja VIIS jums netika piešķirta",
        ),
    ],
    ids=["granted", "in part", "refused"],
)
def test_head_and_user_read_in_the_mail_what_was_decided(walk, decision, told, user_told):
    walk.to_decision(roles=["institution_user", "institution_head"])
    mail.outbox.clear()

    walk.do("decide", "karlis.paraugs", **decision)

    subjects = {one.to[0]: one.subject for one in mail.outbox}
    assert subjects == {
        "ilze.piemere@example.lv": f"{walk.case.number}: {told}",
        "janis.paraugs@example.lv": user_told,
    }


def test_a_head_who_is_refused_her_own_access_is_told_once(walk):
    head = person("Ilze Piemēre")
    walk.to_decision(kind="change", person=str(head.public_id), email=None)
    walk.do("countersign", "dace.aizvietone", agrees="no", words="Pašvaldība to neatbalsta.")
    mail.outbox.clear()

    walk.do("decide", "karlis.paraugs", decision="refuse", reasons="Dibinātājs nepiekrīt.")

    assert [one.subject for one in mail.outbox] == [f"{walk.case.number}: iesniegums nav apmierināts"]


def test_who_cannot_sign_in_is_told_of_a_withdrawal_without_an_address_to_sign_in_at(walk):
    walk.do("fill_request", "ilze.piemere", **request())
    mail.outbox.clear()

    withdraw_case(walk.case.public_id, user=actor("ilze.piemere"))
    jobs.run_due("test", until_empty=True)

    (told,) = mail.outbox
    assert told.to == ["janis.paraugs@example.lv"]
    assert told.subject == f"{walk.case.number}: lieta atsaukta"
    assert "http" not in told.body


def test_a_late_decision_is_told_to_the_administrators(walk):
    walk.to_decision()

    clock.set_offset(timedelta(days=21))
    jobs.run_due("test", until_empty=True)

    told = Message.objects.filter(case=walk.case, kind="task.escalated")
    assert {one.recipient for one in told} == {person("Una Vadība"), person("Pēteris Pārzinis")}
    assert walk.open == ["decide"]


def test_the_head_hears_that_the_user_never_accepted(walk):
    walk.do("fill_request", "ilze.piemere", **request())

    clock.set_offset(timedelta(days=31))
    jobs.run_due("test", until_empty=True)

    case: Case = walk.fresh()
    assert (case.status, case.outcome) == ("closed", "lapsed")
    assert Message.objects.get(case=case, kind="access.lapsed").recipient == person("Ilze Piemēre")


def test_what_the_registers_said_is_kept_for_the_officer_at_every_sending(walk, tmp_path):
    walk.to_decision()
    scope = scope_of(actor("karlis.paraugs"), at=clock.now())
    kept = Document.objects.get(case=walk.case, kind="access.register_extract")
    (tmp_path / "extract.pdf").write_bytes(read(scope, kept.public_id)[1])
    text = "\n".join(page.extract_text() for page in PdfReader(tmp_path / "extract.pdf").pages)
    for words in ("Egļkalnu pamatskola", "darbojas", "Ilze Piemēre, vadītājs kopš", "Jānis Paraugs", "nav"):
        assert words in text
    assert person("Jānis Paraugs").codes.get().code not in text.replace("-", "")

    walk.give_back("decide", "karlis.paraugs", reason="Kādi dati?")
    walk.do("correct", "ilze.piemere", reason="Skolēnu dati un kavējumi.")

    versions = Document.objects.filter(case=walk.case, kind=kept.kind).order_by("version")
    assert [one.version for one in versions] == [1, 2]


def test_corrections_that_ask_for_less_keep_every_agreement(walk):
    walk.to_decision(roles=["institution_user", "institution_head"], valid_until="2099-12-31")
    walk.give_back("decide", "karlis.paraugs", roles="Pietiks ar vienu.", valid_until="Līgums ir īsāks.")

    walk.do("correct", "ilze.piemere", roles=["institution_user"], valid_until="2099-06-30")

    assert walk.open == ["confirm_request"]


@pytest.mark.parametrize("until", ["2100-12-31", None])
def test_a_later_last_day_needs_a_new_commitment(walk, until):
    walk.to_decision(valid_until="2099-12-31")
    walk.give_back("decide", "karlis.paraugs", valid_until="Vai tik īsi?")

    walk.do("correct", "ilze.piemere", valid_until=until)

    assert walk.open == ["accept_commitment"]


def test_a_return_is_told_once(walk):
    walk.to_decision()
    mail.outbox.clear()

    walk.give_back("decide", "karlis.paraugs", reason="Kādi dati?")
    jobs.run_due("test", until_empty=True)

    told = Message.objects.get(case=walk.case, kind="case.returned")
    assert (told.subject, told.delivery) == (f"{walk.case.number}: jālabo atbildes", "digest")
    assert mail.outbox == []

    clock.set_offset(timedelta(days=1))
    jobs.run_due("test", until_empty=True)

    (digest,) = mail.outbox
    assert digest.subject == "VIIS: 1 jauna ziņa"
    assert f"1. {told.subject}\n{told.text}" in digest.body
