"""The run that the demo starts with."""

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from accounts.models import User
from cases.models import Case
from engine import catalog

pytestmark = pytest.mark.django_db


# First in the file: those below have the people for the whole module.
def test_without_the_people_it_says_what_to_type(db):
    with pytest.raises(CommandError, match=r"manage\.py seed"):
        call_command("play_access_request")


@pytest.fixture
def deployed(seeded, db):
    catalog.deploy_folder(Path(settings.PROCESSES_DIR) / "access_request")
    yield
    catalog.forget()


def played():
    said = StringIO()
    call_command("play_access_request", stdout=said)
    return said.getvalue().splitlines()


def test_it_runs_from_the_request_to_the_letter_one_line_a_step(deployed):
    lines = played()

    case = Case.objects.get()
    assert (case.status, case.outcome) == ("closed", "granted")
    assert len(lines) == 6
    assert lines[0] == f"{case.number}: Ilze Piemēre asks for access for {case.subject}."
    assert str(case.subject) != "Jānis Paraugs"
    assert lines[-1] == f"{case.number}: granted; the letter {case.number}-lemums.pdf is in the case."


def test_a_second_start_finds_it_done(deployed):
    played()

    assert len(played()) == 1
    assert Case.objects.count() == 1


def test_people_whose_access_has_ended_meanwhile_play_nothing(deployed):
    User.objects.filter(username="ilze.piemere").update(is_active=False)

    lines = played()

    assert len(lines) == 1
    assert "moved on" in lines[0]
    assert Case.objects.count() == 0
