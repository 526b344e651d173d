"""Every letter of ours can be read as a page, by whoever may read the file, word for word."""

import pytest
from django.test import Client
from django.urls import reverse

from cases.documents import newest
from cases.models import AuditEntry, Document
from cases.pdf import from_json, render
from tests.access_request.conftest import newest_token, request
from tests.web.conftest import text
from tests.web.test_request_without_scripts import _tail


def page_of(document):
    return reverse("letter", args=[document.public_id])


@pytest.fixture
def granted(walk):
    """A request that was granted, with all its papers."""
    walk.to_decision(reason="Ievada datus <b>klasei</b> & grupai.")
    walk.do("decide", "karlis.paraugs", decision="grant")
    return walk


def test_the_page_says_what_the_stored_file_says(visit, granted):
    head = visit("ilze.piemere")
    letters = Document.objects.filter(case=granted.case).exclude(letter=None)
    papers = letters.select_related("blob")

    assert sorted(one.kind for one in papers) == [
        "access.application",
        "access.certificate",
        "access.commitment",
        "access.decision",
        "access.register_extract",
    ]
    for document in papers:
        said = from_json(document.letter)
        page = text(head.get(page_of(document)))
        assert render(said) == bytes(document.blob.content)
        assert f'<article class="app-letter" lang="{said.language}">' in page
        assert f"<h1>{said.title}</h1>" in page
        assert reverse("document", args=[document.public_id]) in page


def test_words_of_people_are_words_on_the_page(visit, granted):
    page = text(visit("ilze.piemere").get(page_of(newest(granted.case, "access.application"))))

    assert "Ievada datus &lt;b&gt;klasei&lt;/b&gt; &amp; grupai." in page
    assert "<b>klasei" not in page


def test_the_certificate_has_a_table_with_scopes(visit, granted):
    page = text(visit("ilze.piemere").get(page_of(newest(granted.case, "access.certificate"))))

    assert page.count('<th scope="col">') == 4
    assert '<th scope="row">Iestādes lietotājs</th>' in page


def test_a_page_stays_as_it_was_when_the_registers_change(visit, granted):
    document = newest(granted.case, "access.decision")
    before = text(visit("ilze.piemere").get(page_of(document)))
    subject = granted.fresh().subject
    subject.family_name = "Cits"
    subject.save()

    after = text(visit("ilze.piemere").get(page_of(document)))

    assert "Jānis Paraugs" in after
    assert (
        before.split("<article")[1].split("</article>")[0]
        == after.split("<article")[1].split("</article>")[0]
    )


def test_reading_a_page_is_in_the_audit_as_reading_the_file(visit, granted):
    document = newest(granted.case, "access.decision")
    visit("ilze.piemere").get(page_of(document))

    entry = AuditEntry.objects.filter(object=f"document:{document.public_id}").latest("id")

    assert (entry.action, entry.fields["as"]) == ("read", "page")


def test_who_may_not_read_the_file_may_not_read_the_page(visit, granted, other_head):
    document = newest(granted.case, "access.decision")

    assert visit(other_head).get(page_of(document)).status_code == 404
    assert Client().get(page_of(document)).status_code == 302


def test_a_file_that_is_no_letter_has_no_page(visit, granted):
    document = newest(granted.case, "access.decision")
    Document.objects.filter(pk=document.pk).update(letter=None)

    assert visit("ilze.piemere").get(page_of(document)).status_code == 404
    documents = text(visit("ilze.piemere").get(reverse("case_documents", args=[granted.case.public_id])))
    assert page_of(document) not in documents
    assert page_of(newest(granted.case, "access.application")) in documents


def test_who_came_by_the_link_reads_the_commitment_as_a_page(walk):
    walk.do("fill_request", "ilze.piemere", **request())
    visitor = Client()
    visitor.post(reverse("link_open", args=[newest_token()]), {"code": _tail()})

    page = text(visitor.get(page_of(newest(walk.case, "access.commitment"))))

    assert "Lietotāja saistību raksts</h1>" in page
    assert reverse("link_task") in page
    assert visitor.get(page_of(newest(walk.case, "access.application"))).status_code == 404
