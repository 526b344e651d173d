"""The papers of a request are signed by the right person, or on paper, and then somebody checks."""

from __future__ import annotations

import pytest

from cases.documents import newest
from cases.errors import FormInvalid
from cases.models import Answer, AuditEntry, Document, Signature
from cases.services.tasks import complete_task
from cases.services.uploads import attach_document
from cases.signatures.demonstration import sign_paper
from engine import clock, jobs

from .conftest import CONFIRMED, CONSENTS, actor, person, request
from .signing import signed_file, with_signature

pytestmark = pytest.mark.django_db
HEAD, OFFICER = "ilze.piemere", "karlis.paraugs"
CHECKED = "Salīdzināju ar parakstītu oriģinālu."
PAPER = {**CONFIRMED, "how": "paper"}


def bring(walk, element, user, content, name="paraksts.pdf"):
    return attach_document(walk.task(element).public_id, user=user, field="file", name=name, content=content)


def refused(walk, element, user, content) -> str:
    before = Document.objects.count()
    with pytest.raises(FormInvalid) as caught:
        bring(walk, element, user, content)
    assert (Document.objects.count(), Signature.objects.filter(person_id=user.person_id).count()) == (
        before,
        0,
    )
    return caught.value.errors[0].code


def to_confirmation(walk):
    walk.do("fill_request", HEAD, **request())
    walk.accept()
    return walk


def test_user_and_head_sign_and_the_officer_has_nothing_to_say_about_it(walk):
    walk.to_decision()

    found = list(Signature.objects.order_by("id").values_list("indication", "code", "signer_name", "trust"))
    assert found == [
        ("TOTAL_PASSED", "valid", "Jānis Paraugs", "demonstration"),
        ("TOTAL_PASSED", "valid", "Ilze Piemēre", "demonstration"),
    ]
    walk.do("decide", OFFICER, decision="grant")
    assert walk.fresh().outcome == "granted"
    assert "signatures_checked" not in Answer.objects.get(form_key="decide_access").content


def test_a_signature_leaves_no_code_and_no_name_in_the_audit(walk):
    to_confirmation(walk)

    row = AuditEntry.objects.get(action="signature.validated")

    assert sorted(row.fields) == ["code", "indication", "paper", "signer", "trust"]
    code = person("Jānis Paraugs").codes.get().code
    assert code[:6] not in str(row.fields)
    assert "Paraugs" not in str(row.fields)
    kept = Signature.objects.get()
    assert kept.signer_masked == f"{code[:2]}••••-•••{code[-2:]}"


def test_each_reason_against_a_signature_is_told_and_nothing_stays(walk):
    to_confirmation(walk)
    head, paper = actor(HEAD), bytes(newest(walk.case, "access.application").blob.content)
    theirs = sign_paper(paper, person("Kārlis Paraugs"), now=clock.now())
    own = sign_paper(paper, person("Ilze Piemēre"), now=clock.now())
    other = bytes(newest(walk.case, "access.commitment").blob.content)

    told = [
        refused(walk, "confirm_request", head, content)
        for content in (
            paper,
            theirs,
            sign_paper(other, person("Ilze Piemēre"), now=clock.now()),
            own.replace(b"/Reason", b"/Raeson") if b"/Reason" in own else own[:-700] + b" " + own[-699:],
        )
    ]

    assert told[:3] == ["signature_not_signed", "signature_other_signer", "signature_other_document"]
    assert told[3] in ("signature_changed", "signature_damaged", "file_damaged")
    assert AuditEntry.objects.filter(action="refused").count() == 4


def test_somebody_elses_file_of_the_case_is_not_the_answer(walk):
    walk.do("fill_request", HEAD, **request())
    commitment = walk.task("accept_commitment")
    visitor = walk.visitor()
    answers = with_signature(commitment, visitor, CONSENTS)
    complete_task(commitment.public_id, user=visitor, answers=answers)
    jobs.run_due("test", until_empty=True)

    with pytest.raises(FormInvalid) as caught:
        walk.do("confirm_request", HEAD, **{**CONFIRMED, "file": answers["file"]})

    assert [error.code for error in caught.value.errors] == ["signature_other_signer"]
    assert walk.open == ["confirm_request"]


def test_what_was_signed_on_paper_the_officer_has_to_check_before_granting(walk):
    to_confirmation(walk)
    walk.do("confirm_request", HEAD, **PAPER)

    with pytest.raises(FormInvalid) as caught:
        walk.do("decide", OFFICER, decision="grant")
    assert [(error.field, error.code) for error in caught.value.errors] == [
        ("signatures_checked", "required")
    ]
    assert walk.open == ["decide"]

    walk.do("decide", OFFICER, decision="grant", signatures_checked=CHECKED)
    assert walk.fresh().outcome == "granted"
    assert Answer.objects.get(form_key="decide_access").content["signatures_checked"] == CHECKED


def test_refusing_or_returning_needs_no_word_about_signatures(walk, begin):
    to_confirmation(walk)
    walk.do("confirm_request", HEAD, **PAPER)
    walk.give_back("decide", OFFICER, reason="Kādi dati?")
    assert walk.open == ["correct"]
    walk.do("correct", HEAD, reason="Klases dati un kavējumi.")
    walk.do("confirm_request", HEAD, **PAPER)

    walk.do("decide", OFFICER, decision="refuse", reasons="Lomai nav pamatojuma.")

    assert walk.fresh().outcome == "refused"


def test_a_signature_that_could_not_be_validated_goes_on_and_the_officer_says_how_it_was_checked(
    walk, settings
):
    walk.do("fill_request", HEAD, **request())
    walk.accept()
    task, head = walk.task("confirm_request"), actor(HEAD)
    name, content = signed_file(task, head)
    settings.DEMO = False
    given = bring(walk, "confirm_request", head, content, name)
    settings.DEMO = True
    answers = {**CONFIRMED, "file": str(given.public_id)}
    walk.do("confirm_request", HEAD, **answers)

    assert (given.signature.indication, given.signature.code) == ("INDETERMINATE", "not_validated")
    with pytest.raises(FormInvalid):
        walk.do(
            "decide",
            OFFICER,
            decision="partial",
            roles_granted=["institution_user"],
            reasons="Pietiek ar to.",
        )
    walk.do("decide", OFFICER, decision="grant", signatures_checked=CHECKED)
    assert walk.fresh().outcome == "granted"


def test_a_container_with_the_paper_goes_on_unvalidated(walk):
    from tests.signatures.conftest import container

    to_confirmation(walk)
    paper = bytes(newest(walk.case, "access.application").blob.content)

    given = bring(
        walk, "confirm_request", actor(HEAD), container({"iesniegums.pdf": paper}), "iesniegums.edoc"
    )

    assert (given.signature.indication, given.signature.code) == ("INDETERMINATE", "container")
    assert refused_container(walk) == "signature_other_document"


def refused_container(walk) -> str:
    from tests.signatures.conftest import container

    with pytest.raises(FormInvalid) as caught:
        bring(walk, "confirm_request", actor(HEAD), container({"cits.pdf": b"%PDF-"}), "iesniegums.edoc")
    return str(caught.value.errors[0].code)


def test_after_a_return_a_changed_application_is_signed_anew_and_a_commitment_that_covers_it_is_not(walk):
    walk.to_decision()
    first = Answer.objects.get(form_key="confirm_request").content["file"]
    walk.give_back("decide", OFFICER, reason="Kādi dati?")
    walk.do("correct", HEAD, reason="Klases dati un kavējumi.")

    assert walk.open == ["confirm_request"]
    with pytest.raises(FormInvalid) as caught:
        walk.do("confirm_request", HEAD, **{**CONFIRMED, "file": first})
    assert [error.code for error in caught.value.errors] == ["signature_old"]

    walk.confirm()
    walk.do("decide", OFFICER, decision="grant")
    assert walk.fresh().outcome == "granted"


def test_after_a_return_that_changed_nothing_the_signature_stands_and_is_filled_in(walk):
    from accounts.scope import scope_of
    from cases.queries import task_detail

    walk.to_decision()
    first = Answer.objects.get(form_key="confirm_request").content["file"]
    walk.give_back("decide", OFFICER, reason="Vai tiešām?")
    walk.do("correct", HEAD, reason=request()["reason"])

    head = actor(HEAD)
    view = task_detail(scope_of(head, at=clock.now()), walk.task("confirm_request").public_id)

    assert dict(view.values) == {"how": "sign", "file": first}
    walk.do("confirm_request", HEAD, **{**view.values, "is_employee": True})
    walk.do("decide", OFFICER, decision="grant")
    assert walk.fresh().outcome == "granted"


def test_outside_the_demonstration_nobody_signs_for_anybody(walk, settings):
    from cases.errors import NotFound
    from cases.signatures.demonstration import NotADemonstration

    to_confirmation(walk)
    settings.DEMO = False

    with pytest.raises(NotFound):
        signed_file(walk.task("confirm_request"), actor(HEAD))
    with pytest.raises(NotADemonstration):
        sign_paper(b"%PDF-", person("Ilze Piemēre"), now=clock.now())
