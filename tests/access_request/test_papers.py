"""The papers that people sign: there when their task opens, new when the request changes, else the same."""

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader

from accounts.scope import scope_of
from cases.documents import newest, read
from cases.errors import NotFound
from cases.models import Document
from cases.services.tasks import complete_task
from engine import clock, jobs
from engine.handlers import HandlerContext
from engine.models import Wait
from processes.bpmn.access_request.handlers import prepare_papers
from tests.access_request.conftest import CONFIRMED, actor, person, request

pytestmark = pytest.mark.django_db
PAPERS = "access.papers"


def papers(walk):
    found = Document.objects.filter(case=walk.case, form_key__gt="").order_by("id")
    return [(one.kind, one.version) for one in found]


def words_of(document):
    content = bytes(document.blob.content)
    return " ".join("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def again(walk):
    """The job as the next worker gets it, whose one before died between the papers and the step."""
    job = Wait.objects.filter(instance=walk.case.instance, topic=PAPERS).latest("id")
    prepare_papers(
        HandlerContext(
            instance_id=walk.case.instance_id,
            element="prepare_papers",
            topic=PAPERS,
            variables={"needs_commitment": True, "commitment_given": False},
            now=clock.now(),
            actor="system",
            job_id=job.pk,
        )
    )


def test_application_and_commitment_are_there_before_anybody_is_asked(walk):
    answers = request(roles=["institution_user", "institution_head"], valid_until="2099-08-31")
    task = walk.task("fill_request").public_id
    complete_task(task, user=actor("ilze.piemere"), answers=answers)
    assert walk.open == []

    jobs.run_due("test", until_empty=True)

    assert walk.open == ["accept_commitment"]
    assert papers(walk) == [("access.application", 1), ("access.commitment", 1)]
    asked = words_of(newest(walk.case, "access.application"))
    for words in (
        "Iesniegums par pieejas piešķiršanu VIIS",
        "Jānis Paraugs",
        "Iestādes lietotājs",
        "Iestādes vadītājs",
        "līdz 31.08.2099.",
        "Ievada skolēnu datus savai klasei.",
        "Apliecinu, ka lietotājs ir šīs iestādes darbinieks",
        "Izglītības un zinātnes ministrijai",
    ):
        assert words in asked
    promised = words_of(newest(walk.case, "access.commitment"))
    for words in (
        "1. VIIS datus izmantošu tikai saviem darba pienākumiem.",
        "2. Personas datus neizpaudīšu",
        "3. Savu lietotājvārdu un paroli nevienam nedošu.",
        "4. Par drošības pārkāpumu nekavējoties ziņošu",
    ):
        assert words in promised
    assert person("Jānis Paraugs").codes.get().code not in (asked + promised).replace("-", "")


def test_a_job_that_runs_twice_makes_nothing_twice(walk):
    walk.do("fill_request", "ilze.piemere", **request())

    again(walk)

    assert papers(walk) == [("access.application", 1), ("access.commitment", 1)]


def test_a_changed_request_gives_a_new_application_and_an_agreement_that_stands_no_new_letter(walk):
    walk.to_decision()
    walk.give_back("decide", "karlis.paraugs", reason="Kādi dati?")
    walk.do("correct", "ilze.piemere", reason="Skolēnu dati un kavējumi.")

    assert papers(walk) == [("access.application", 1), ("access.commitment", 1), ("access.application", 2)]
    assert "Skolēnu dati un kavējumi." in words_of(newest(walk.case, "access.application"))


def test_a_wider_request_gives_a_new_letter_of_commitment_too(walk):
    walk.to_decision()
    walk.give_back("decide", "karlis.paraugs", roles="Vai tiešām?")
    walk.do("correct", "ilze.piemere", roles=["institution_head"])

    assert papers(walk)[2:] == [("access.application", 2), ("access.commitment", 2)]
    assert "Iestādes vadītājs" in words_of(newest(walk.case, "access.commitment"))


def test_a_correction_that_changes_nothing_gives_no_new_version_even_days_later(walk):
    walk.to_decision()
    walk.give_back("decide", "karlis.paraugs", reason="Vai tiešām?")
    clock.set_offset(timedelta(days=2))
    walk.do("correct", "ilze.piemere", reason="Ievada skolēnu datus savai klasei.")

    assert papers(walk) == [("access.application", 1), ("access.commitment", 1)]
    assert walk.open == ["confirm_request"]


def test_a_revocation_has_no_papers_to_sign(walk, begin):
    walk.to_decision()
    walk.do("decide", "karlis.paraugs", decision="grant")
    second = begin()

    second.do("fill_request", "ilze.piemere", **request(kind="revoke", roles=None, email=None))

    assert papers(second) == []
    assert second.open == ["decide_revocation"]


def test_who_came_by_the_link_reads_the_letter_of_commitment_and_nothing_else(walk):
    walk.do("fill_request", "ilze.piemere", **request())
    scope = scope_of(walk.visitor(), at=clock.now())
    letter = newest(walk.case, "access.commitment")

    assert read(scope, letter.public_id)[1].startswith(b"%PDF-")
    assert list(Document.objects.visible_to(scope)) == [letter]
    with pytest.raises(NotFound):
        read(scope, newest(walk.case, "access.application").public_id)


def test_the_link_of_another_case_shows_no_foreign_letter(walk, begin):
    walk.do("fill_request", "ilze.piemere", **request())
    scope = scope_of(walk.visitor(), at=clock.now())
    other = begin()
    other.do(
        "fill_request",
        "ilze.piemere",
        **request(
            person=str(person("Ilze Piemēre").public_id),
            kind="change",
            roles=["institution_user", "institution_head"],
        ),
    )
    foreign = newest(other.case, "access.commitment")

    with pytest.raises(NotFound):
        read(scope, foreign.public_id)
    assert foreign not in Document.objects.visible_to(scope)


def test_after_the_task_the_application_waits_for_the_head(walk):
    walk.do("fill_request", "ilze.piemere", **request())
    walk.accept()
    scope = scope_of(actor("ilze.piemere"), at=clock.now())

    kinds = {one.kind for one in Document.objects.visible_to(scope).filter(case=walk.case)}

    assert {"access.application", "access.commitment"} <= kinds
    walk.do("confirm_request", "ilze.piemere", **CONFIRMED)
    assert walk.open == ["decide"]
