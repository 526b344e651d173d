"""Deploying process folders: versions by digest, the gate, and one folder dropped in."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from engine import catalog, clock, handlers, jobs
from engine.core.errors import DiagramRefused
from engine.core.parser import digest_of
from engine.errors import DefinitionNotFound, FolderInvalid, TopicTaken
from engine.models import ProcessDefinition, Task
from processes.apps import discover

from . import diagrams as d
from .conftest import begin, later

pytestmark = pytest.mark.django_db


def drop(directory, key, files, python=""):
    folder = directory / key
    (folder / "forms").mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    if python:
        (folder / "handlers.py").write_text(python)
    return folder


def test_the_same_files_are_one_version_and_new_ones_the_next(tmp_path):
    folder = drop(tmp_path, "one", d.sequence("one", d.user("ask")))
    first, again = catalog.deploy_folder(folder), catalog.deploy_folder(folder)
    (folder / "forms" / "form.json").write_text("{}")
    second = catalog.deploy_folder(folder)

    assert (first.pk, first.version) == (again.pk, 1)
    assert (second.version, catalog.current("one")) == (2, second)
    assert catalog.form_of(first, "form") == {"x-title": {"lv": "Forma", "en": "Form"}}
    assert catalog.form_of(second, "form") == {}
    assert [row.pk for row in catalog.all_current()] == [second.pk]


def test_an_earlier_version_that_is_deployed_again_is_current_again(tmp_path):
    folder = drop(tmp_path, "one", d.sequence("one", d.user("ask")))
    form = folder / "forms" / "form.json"
    text = form.read_text()
    first = catalog.deploy_folder(folder)
    later(hours=1)
    form.write_text("{}")
    second = catalog.deploy_folder(folder)
    later(hours=1)
    form.write_text(text)

    assert catalog.deploy_folder(folder) == first
    assert (first.version, second.version) == (1, 2)
    assert catalog.current("one") == first
    assert ProcessDefinition.objects.count() == 2


def test_the_current_version_costs_one_small_statement_and_a_new_one_is_seen_at_once(
    tmp_path, django_assert_num_queries
):
    folder = drop(tmp_path, "one", d.sequence("one", d.user("ask")))
    first = catalog.deploy_folder(folder)
    catalog.definition(first.pk)

    with django_assert_num_queries(1) as asked:
        row = catalog.current("one")
        read = catalog.files_of(row), catalog.form_of(row, "form"), catalog.definition(row.pk)
    assert read[2].digest == row.digest == first.digest
    assert '"files"' not in asked.captured_queries[0]["sql"]

    # Another process of the machine deploys; this one is not told.
    later(hours=1)
    files = {**catalog.read_folder(folder), "forms/form.json": b"{}"}
    second = ProcessDefinition.objects.create(
        key="one", version=2, digest=digest_of(files), name="Pārbaude", name_en="Test",
        files={name: text.decode() for name, text in files.items()}, deployed_at=clock.now(),
    )  # fmt: skip

    assert catalog.current("one") == second
    assert catalog.form_of(catalog.current("one"), "form") == {}
    assert catalog.form_of(row, "form") == {"x-title": {"lv": "Forma", "en": "Form"}}
    with django_assert_num_queries(1):
        assert [version.get_deferred_fields() for version in catalog.all_current()] == [{"files"}]


def test_a_definition_is_parsed_once_and_found_by_id_and_digest(deploy):
    row = deploy(d.sequence("one", d.user("ask")))

    assert catalog.definition(row.pk) is catalog.definition(row.digest)
    assert catalog.definition(row.pk).key == "one"
    with pytest.raises(DefinitionNotFound):
        catalog.definition(row.pk + 1)
    with pytest.raises(DefinitionNotFound):
        catalog.form_of(row, "other")
    with pytest.raises(DefinitionNotFound):
        catalog.current("other")


def test_a_diagram_whose_topic_has_no_handler_is_refused_by_rule_and_element(deploy):
    with pytest.raises(DiagramRefused) as caught:
        deploy(d.sequence("one", d.service("work", "nobody.does")))

    assert [(found.rule, found.element) for found in caught.value.violations] == [("P13", "work")]
    assert not ProcessDefinition.objects.exists()


def test_a_folder_without_a_diagram_is_refused(tmp_path):
    with pytest.raises(FolderInvalid):
        catalog.deploy_folder(tmp_path)


def test_the_command_says_what_it_did_and_what_to_draw_instead(tmp_path, settings, capsys):
    settings.PROCESSES_DIR = tmp_path
    drop(tmp_path, "good", d.sequence("good", d.user("ask")))
    call_command("deploy_processes")
    call_command("deploy_processes")
    assert capsys.readouterr().out.splitlines() == ["good version 1: deployed", "good version 1: unchanged"]

    drop(tmp_path, "wrong", d.sequence("wrong", d.service("work", "nobody.does")))
    with pytest.raises(CommandError):
        call_command("deploy_processes")

    told = capsys.readouterr()
    assert "P13 work (Darbs):" in told.err
    assert told.out.splitlines() == ["good version 1: unchanged"]


PYTHON = '''
from engine.handlers import handler


@handler("dropped.count", runs="in_step")
def count(context):
    """Count."""
    return {"number": context.variables["number"] + 1}


@handler("dropped.mail", runs="job", repeat="keyed")
def mail(context):
    """Mail."""
'''


def test_a_folder_that_is_dropped_in_is_found_deployed_and_run(tmp_path, settings, fake):
    settings.PROCESSES_DIR = tmp_path
    steps = (d.service("count", "dropped.count"), d.service("mail", "dropped.mail"), d.user("ask"))
    drop(tmp_path, "dropped_in", d.sequence("dropped_in", *steps, number="int"), PYTHON)

    assert discover(tmp_path) == ("dropped_in",)
    call_command("deploy_processes", verbosity=0)
    step = begin(catalog.current("dropped_in"), number=1)
    assert jobs.run_due("w", until_empty=True) == 1

    assert step.variables == {"number": 2}
    assert Task.objects.get().element == "ask"


def test_two_handlers_of_one_topic_are_refused():
    handlers.handler("taken.topic", runs="job")(begin)

    with pytest.raises(TopicTaken):
        handlers.handler("taken.topic", runs="job")(drop)
    assert handlers.handler_of("taken.topic").call is begin
