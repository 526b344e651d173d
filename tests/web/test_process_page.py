"""An official reads how a process runs: who does what by when, by which tables, and how much of it runs."""

from django.urls import reverse

from tests.web.conftest import text


def test_steps_tables_and_numbers_are_told_in_words(visit, walk):
    walk.to_decision()

    page = text(visit("karlis.paraugs").get(reverse("process", args=["access_request"])))

    assert "atvērtas ir <b>1</b>, slēgtas <b>0</b>" in page
    assert '<td role="cell">Ministrijas darbinieks</td>' in page
    assert "5 darbdienas. Termiņu noteikusi ministrija." in page
    assert "Organisācijas veids" in page
    assert "institution_user institution_head" in page
