"""The documents of a case: versions together, who gave what in which task, a picture of the first page."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cases.documents import newest
from cases.models import Blob, Document, Draft
from cases.services.start import start_case
from engine import catalog
from engine.models import Task
from registries.models import Organisation
from tests.access_request.conftest import actor, request
from tests.documents.test_uploads import pdf
from tests.web.conftest import text
from tests.web.test_request_without_scripts import at, version_of

PROCESSES = Path(__file__).parents[1] / "api" / "processes"


@pytest.fixture
def corrected(walk):
    """A request that was sent twice."""
    walk.to_decision()
    walk.give_back("decide", "karlis.paraugs", reason="Paskaidrojiet.")
    walk.do("correct", "ilze.piemere", reason="Ievada datus visām klasēm.")
    return walk


def documents(visit, walk, who="ilze.piemere"):
    return text(visit(who).get(reverse("case_documents", args=[walk.case.public_id])))


def test_versions_stand_together_and_older_ones_are_folded(visit, corrected):
    page = documents(visit, corrected)

    rows = Document.objects.filter(case=corrected.case, kind="access.application")
    first, second = rows.order_by("version")
    paper = page.partition(reverse("document", args=[second.public_id]) + '"')[2]
    older = paper.partition("app-file__older")[2]
    assert "Iesniegums, 2. versija</a>" in page
    assert "jaunākā</span>" in paper
    assert "1 iepriekšējā versija" in older
    assert reverse("document", args=[first.public_id]) in older


def test_it_is_said_who_gave_a_file_in_which_task(visit, walk):
    task = walk.task("fill_request")
    Document.objects.create(
        case=walk.case,
        task=task,
        kind="upload.file",
        title_lv="Rīkojums",
        title_en="Order",
        file_name="a.pdf",
        content_type="application/pdf",
        blob=Blob.objects.create(sha256="0" * 64, size=2048, content=b"%PDF-", stored_at=task.opened_at),
        author="ilze.piemere",
        given_at=task.opened_at,
        natural_key="one",
    )

    page = documents(visit, walk)

    assert "PDF, 2 kB, Ilze Piemēre, šodien plkst." in page
    assert "uzdevumā “Aizpildīt iesniegumu”" in page
    assert "Kaitīga satura pārbaude šeit nav iestatīta." in page


def test_a_file_that_the_scanner_found_harmful_cannot_be_opened_here(visit, walk, settings):
    walk.do("fill_request", "ilze.piemere", **request())
    letter = newest(walk.case, "access.application")
    Document.objects.filter(pk=letter.pk).update(kind="upload.file")
    Blob.objects.filter(pk=letter.blob_id).update(scan="harmful")
    address = reverse("document", args=[letter.public_id])

    page = documents(visit, walk)

    assert address not in page.replace(reverse("letter", args=[letter.public_id]), "")
    assert "Šajā datnē atrasts kaitīgs saturs" in page
    assert visit("ilze.piemere").get(address).status_code == 403
    Blob.objects.filter(pk=letter.blob_id).update(scan="")
    settings.SCANNER = "clamd://127.0.0.1:9"
    assert visit("ilze.piemere").get(address).status_code == 409
    assert "Datne vēl nav pārbaudīta" in documents(visit, walk)


def test_the_first_page_is_shown_as_a_picture_that_runs_nothing(visit, walk, other_head):
    walk.do("fill_request", "ilze.piemere", **request())
    letter = newest(walk.case, "access.application")
    address = reverse("document_picture", args=[letter.public_id])

    shown = visit("ilze.piemere").get(address)

    assert f'src="{address}" loading="lazy"' in documents(visit, walk)
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/png")
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown["Content-Security-Policy"]
    assert "no-store" in shown["Cache-Control"]
    assert visit(other_head).get(address).status_code == 404


def test_a_file_given_before_can_be_used_again_instead_of_uploading_it(visit, seeded):
    catalog.deploy_folder(PROCESSES / "upload")
    school = Organisation.objects.get(name="Egļkalnu pamatskola")
    started = start_case("upload", user=actor("ilze.piemere"), organisation=school)
    task, head = Task.objects.get(public_id=started.task.public_id), visit("ilze.piemere")
    for name in ("pirmais", "otrais"):
        content = pdf(lambda writer, name=name: writer.add_metadata({"/Title": name}))
        file = SimpleUploadedFile(f"{name}.pdf", content)
        head.post(at("task", task), draft_version=version_of(task), action="later", paper=file)
    first, second = Document.objects.filter(case=started.case).order_by("id")

    page = text(head.get(at("task", task)))
    fields = {"paper-kept": [str(second.public_id), str(first.public_id)]}
    head.post(at("task", task), draft_version=version_of(task), action="later", **fields)

    assert "Izmantot datni, kas šajā lietā jau ir pievienota" in page
    assert f'name="paper-kept" value="{first.public_id}"' in page
    assert Draft.objects.get(task=task).content["paper"] == str(first.public_id)
    assert Document.objects.filter(case=started.case).count() == 2
