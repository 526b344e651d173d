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
    assert '<td role="cell">Dibinātāja vadītājs; ja tāda nav, pašvaldība, tad ministrija</td>' in page
    assert "<td><b>Iestādes lietotājs, Iestādes vadītājs</b></td>" in page
    assert "<td>Piešķirt pieeju, Mainīt lomas</td>" in page
    assert "Piemēro tieši vienu noteikumu." in page
    assert "<td>5.</td>" in page
    assert ">Lietotājs uzņemas saistības; cita piekrišana nav vajadzīga.</td>" in page
    assert "institution_user" not in page


def test_the_words_are_english_in_english(visit, walk):
    reader = visit("karlis.paraugs")
    reader.post(reverse("set_language"), language="en")

    page = text(reader.get(reverse("process", args=["access_request"])))

    assert '<th scope="col">Kind of request</th>' in page
    assert "<td>Grant access, Change roles</td>" in page
    assert '<th scope="col"><b>Second reviewer</b></th>' in page
    assert "s head; if there is none, the municipality, then the ministry" in page


def test_its_messages_say_to_whom_when_and_how(visit, walk):
    page = text(visit("karlis.paraugs").get(reverse("process", args=["access_request"])))
    rows = {row.split("</b>")[0]: row for row in page.split('class="app-what"><b>')[1:]}

    assert 'Kad sākas solis<span class="app-cell-sub">Piekrist kā dibinātājam, Lemt par pieejas' in page
    assert ">Kas to darīja iepriekš<" in page
    assert ">Dienas kopsavilkumā; termiņa dienā uzreiz<" in rows["Jūs gaida uzdevums"]
    assert ">Kad pagājusi puse termiņa<span" in page
    assert ">Pēc 3 darbdienām, ja vēl nav paveikts<span" in page
    assert ">Ministrijas administrators<" in rows["Nokavēts uzdevums"]
    closed = rows["Lieta slēgta: saistības neuzņemtas"]
    assert ">Iesniedzējs<" in closed
    assert "Saistības neuzņēmās" in closed
    assert ">E-pastā uzreiz<" in closed
    assert "Aizpildīt iesniegumu" not in rows["Jūs gaida uzdevums"]
