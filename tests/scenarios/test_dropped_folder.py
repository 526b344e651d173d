"""One folder dropped into the processes' directory is a working process; nothing else is edited."""

import sys
from pathlib import Path
from shutil import copytree

import pytest
from django.conf import settings as project
from django.core import mail

import processes.bpmn
from accounts.actors import actor_of
from accounts.models import User
from accounts.scope import scope_of
from cases import queries
from cases.models import Document
from cases.services.start import start_case
from cases.services.tasks import complete_task
from engine import catalog, clock, handlers, jobs
from processes.apps import discover
from registries.models import Organisation
from tests.plugins.scenarios import folders, walk_all

pytestmark = pytest.mark.django_db
EXAMPLE = Path(__file__).parent / "folder" / "room_booking"


@pytest.fixture
def dropped(tmp_path, settings, seeded):
    """A directory of processes with the project's own folders and the new one."""
    directory = tmp_path / "bpmn"
    copytree(project.PROCESSES_DIR, directory)
    copytree(EXAMPLE, directory / EXAMPLE.name)
    settings.PROCESSES_DIR = directory
    before, path = dict(handlers._handlers), list(processes.bpmn.__path__)
    yield directory
    handlers._handlers.clear()
    handlers._handlers.update(before)
    processes.bpmn.__path__[:] = path
    for name in [name for name in sys.modules if name.startswith("processes.bpmn.room_booking")]:
        del sys.modules[name]
    catalog.forget()


def user(username):
    return actor_of(User.objects.select_related("person").get(username=username), "page")


def test_it_is_found_deployed_and_in_the_inbox_with_its_form(dropped):
    discover(dropped)
    catalog.deploy_all(dropped)
    school = Organisation.objects.get(name="Egļkalnu pamatskola")

    started = start_case("room_booking", user=user("ilze.piemere"), organisation=school)
    complete_task(started.task.public_id, user=user("ilze.piemere"), answers={"room": "zāle", "people": 40})
    mayor = user("dace.aizvietone")
    page = queries.inbox(scope_of(mayor, at=clock.now()), filters=queries.InboxFilters(queue="group"))
    waiting = [row for row in page.items if row.case_number == started.case.number]
    complete_task(waiting[0].public_id, user=mayor, answers={"decision": "yes"})
    mail.outbox = []
    jobs.run_due("test", until_empty=True)

    assert started.case.number.startswith("VIIS-TEL-")
    assert Document.objects.get(case=started.case).title_en == "Booking"


def test_its_scenarios_cover_it(dropped):
    discover(dropped)

    coverage = walk_all(dropped / "room_booking")

    assert coverage.missing() == []


def test_a_folder_without_scenarios_is_refused(dropped):
    (dropped / "room_booking" / "scenarios.toml").unlink()

    with pytest.raises(AssertionError, match="room_booking"):
        folders(dropped)


def test_a_flow_that_no_scenario_takes_is_named(dropped):
    discover(dropped)
    toml = dropped / "room_booking" / "scenarios.toml"
    text = toml.read_text(encoding="utf-8")
    toml.write_text(text[: text.rindex("[[scenario]]")], encoding="utf-8")

    coverage = walk_all(dropped / "room_booking")

    assert "no" in coverage.missing()
    assert coverage.percent < 100
