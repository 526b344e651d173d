"""A campaign from the pages, without scripts: choose, look, start, see what became of each institution."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from cases.models import Batch, Case
from engine import catalog, jobs
from registries.models import Organisation
from tests.web.conftest import text

CHOSEN = {"process": "reattestation", "kinds": "college", "reason": "Ikgadējā pārskatīšana."}


@pytest.fixture(autouse=True)
def _deployed(seeded: None) -> None:
    catalog.deploy_folder(Path(settings.PROCESSES_DIR) / "reattestation")


@pytest.fixture
def administrator(visit: Any) -> Any:
    return visit("una.vadiba")


def hidden(page: str) -> dict[str, list[str]]:
    """The hidden fields of the form that starts it."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page):
        found.setdefault(name, []).append(value)
    return found


def test_it_is_chosen_looked_at_started_and_told_of(administrator: Any) -> None:
    new = reverse("campaign_new")
    closed = Organisation.objects.filter(kind="college").order_by("pk").first()
    assert closed is not None
    Organisation.objects.filter(pk=closed.pk).update(status="liquidated")
    colleges = Organisation.objects.active().filter(kind="college").count()
    assert reverse("campaigns") in text(administrator.get(reverse("processes")))
    assert "Pieejas pārskatīšana" in text(administrator.get(new))

    checked = text(administrator.post(new, step="check", **CHOSEN))
    assert f"Procesu sāks <b>{colleges} iestādēs</b>" in checked
    assert "Iestāde ir slēgta." in checked
    assert closed.name in checked
    assert Batch.objects.count() == 0
    fields = hidden(checked)
    page = administrator.follow(new, **fields, step="start")
    again = administrator.follow(new, **fields, step="start")
    assert page.request["PATH_INFO"] == again.request["PATH_INFO"]
    jobs.run_due("test", limit=1)

    told = text(administrator.get(page.request["PATH_INFO"]))
    assert f"{colleges} iestādes – sākts: {colleges}." in told
    assert f"Pabeigtas 0 no {colleges} lietām" in told
    assert Case.objects.filter(process_key="reattestation").count() == colleges
    assert "Ikgadējā pārskatīšana." in text(administrator.get(reverse("campaigns")))


def test_a_process_that_rests_is_told_of_before_and_while_it_waits(administrator: Any) -> None:
    new = reverse("campaign_new")
    rest = reverse("process_rest", args=[CHOSEN["process"]])
    administrator.follow(rest, reason="Kļūda veidlapā")
    checked = text(administrator.post(new, step="check", **CHOSEN))
    assert "Kampaņa gaida kopā ar to" in checked
    page = administrator.follow(new, **hidden(checked), step="start")
    jobs.run_due("test", until_empty=True)

    waiting = text(administrator.get(page.request["PATH_INFO"]))
    assert "process apturēts, neko nesāk, līdz to atsāks" in waiting
    assert Case.objects.count() == 0


def test_what_is_missing_stands_at_its_field_and_what_was_chosen_stays(administrator: Any) -> None:
    answer = administrator.post(reverse("campaign_new"), step="check", **{**CHOSEN, "reason": ""})

    assert answer.status_code == 422
    assert 'id="reason-error"' in text(answer)
    assert re.search(r'value="college" checked', text(answer))


def test_a_register_that_has_changed_since_is_looked_at_again(administrator: Any) -> None:
    new = reverse("campaign_new")
    fields = hidden(text(administrator.post(new, step="check", **CHOSEN)))
    one = Organisation.objects.active().filter(kind="college").order_by("pk").first()
    assert one is not None
    Organisation.objects.filter(pk=one.pk).update(status="liquidated")

    answer = administrator.post(new, **fields, step="start")

    assert answer.status_code == 409
    assert "Reģistrs kopš skatīšanās ir mainījies." in text(answer)
    assert Batch.objects.count() == 0


def test_it_is_stopped_before_it_began(administrator: Any) -> None:
    new = reverse("campaign_new")
    fields = hidden(text(administrator.post(new, step="check", **CHOSEN)))
    page = administrator.follow(new, **fields, step="start").request["PATH_INFO"]

    told = text(administrator.follow(f"{page}darbiba/", act="cancel"))

    assert "Neko vairāk nesāks." in told
    assert Case.objects.filter(process_key="reattestation").count() == 0


@pytest.mark.parametrize("who", ["karlis.paraugs", "ilze.piemere", "andris.revidents"])
def test_others_are_told_that_their_role_starts_none(visit: Any, who: str) -> None:
    someone = visit(who)

    assert someone.get(reverse("campaigns")).status_code == 403
    assert someone.get(reverse("campaign_new")).status_code == 403
    assert someone.post(reverse("campaign_new"), step="start", **CHOSEN).status_code == 403
    assert reverse("campaigns") not in text(someone.get(reverse("processes")))
