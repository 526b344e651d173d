"""A case whose process calls another one: its tasks, forms, pages and outcome."""

import sys
from pathlib import Path
from shutil import copytree

import pytest
from django.conf import settings as project
from django.test import Client

import processes.bpmn
from accounts.models import User
from accounts.scope import scope_of
from cases import queries
from cases.queries import InboxFilters
from cases.services.start import start_case
from cases.services.tasks import complete_task
from engine import catalog, clock, handlers, jobs
from engine.models import Task
from processes.apps import discover
from registries.models import Organisation
from tests.scenarios.test_dropped_folder import EXAMPLE, user

pytestmark = pytest.mark.django_db
CALLING = Path(__file__).parent / "calling" / "event_planning"


@pytest.fixture
def planning(tmp_path, settings, seeded):
    directory = tmp_path / "bpmn"
    copytree(project.PROCESSES_DIR, directory)
    for folder in (EXAMPLE, CALLING):
        copytree(folder, directory / folder.name)
    settings.PROCESSES_DIR = directory
    before, path = dict(handlers._handlers), list(processes.bpmn.__path__)
    discover(directory)
    catalog.deploy_all(directory)
    yield
    handlers._handlers.clear()
    handlers._handlers.update(before)
    processes.bpmn.__path__[:] = path
    for name in [name for name in sys.modules if name.startswith("processes.bpmn.room_booking")]:
        del sys.modules[name]
    catalog.forget()


def signed_in(username):
    client = Client(headers={"accept-language": "lv"})
    client.force_login(User.objects.get(username=username))
    return client


def open_task(case):
    return Task.objects.get(instance=case.instance, status="open")


def test_a_case_goes_through_the_called_process_and_comes_to_its_own_outcome(planning):
    school = Organisation.objects.get(name="Egļkalnu pamatskola")
    started = start_case("event_planning", user=user("ilze.piemere"), organisation=school)
    case, head = started.case, signed_in("ilze.piemere")
    assert (open_task(case).element, open_task(case).form_key) == ("room/book", "room_booking/book")

    task = head.get(f"/uzdevumi/{started.task.public_id}/")
    page = head.get(f"/lietas/{case.public_id}/")
    form = head.get(f"/api/v1/tasks/{started.task.public_id}/form")
    assert (task.status_code, page.status_code, form.status_code) == (200, 200, 200)
    assert "Pieteikt telpu" in task.content.decode()
    drawn = head.get(f"/lietas/{case.public_id}/diagramma.bpmn").content.decode()
    assert 'calledElement="room_booking"' in drawn

    complete_task(started.task.public_id, user=user("ilze.piemere"), answers={"room": "zāle", "people": 40})
    page = queries.inbox(
        scope_of(user("dace.aizvietone"), at=clock.now()), filters=InboxFilters(queue="group")
    )
    assert [row.case_number for row in page.items if row.case_number == case.number] == [case.number]
    answer = open_task(case)
    complete_task(answer.public_id, user=user("dace.aizvietone"), answers={"decision": "yes"})
    jobs.run_due("test", until_empty=True)

    case.refresh_from_db()
    assert (case.status, case.outcome) == ("closed", "planned")
    assert "Atbildēt" in head.get(f"/lietas/{case.public_id}/").content.decode()
