"""A client that a public generator makes from the OpenAPI file walks the whole access request over HTTP."""

from __future__ import annotations

import importlib
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core import mail

from accounts.seed import seed
from cases.models import Case
from engine import catalog, clock, jobs
from tests.access_request.conftest import CONFIRMED, Walk, actor, request
from tests.access_request.signing import signed_file
from tests.api.conftest import token_of

API = Path(__file__).parents[2] / "docs" / "api"
NAME = "viis_client"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The generated package, importable while the module's tests run."""
    folder = tmp_path_factory.mktemp("client")
    tools = str(Path(sys.executable).parent)
    done = subprocess.run(
        [
            f"{tools}/openapi-python-client",
            "generate",
            f"--path={API / 'openapi.yaml'}",
            f"--config={API / 'client.yaml'}",
            f"--output-path={folder / NAME}",
            "--meta=none",
            "--fail-on-warning",
        ],
        # The generator formats what it wrote with the ruff that it finds.
        env={**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.split("\n", 1)[1].strip() == "", done.stdout
    sys.path.insert(0, str(folder))
    yield folder / NAME
    sys.path.remove(str(folder))
    for module in [name for name in sys.modules if name.partition(".")[0] == NAME]:
        del sys.modules[module]


@pytest.fixture
def api(made: Path) -> Callable[[str], Any]:
    """An operation by its id, as the generated client names it; problems and all."""

    def operation(name: str) -> Any:
        (found,) = made.glob(f"api/*/{name}.py")
        return importlib.import_module(f"{NAME}.api.{found.parent.name}.{name}").sync_detailed

    return operation


@pytest.fixture
def people(live_server: Any, made: Path, settings: Any) -> Iterator[Callable[[str], Any]]:
    """The demonstration with its process on a live server; gives the client of a person."""
    settings.API_RATE = "5000/min"
    settings.SEED_ALLOWED = True
    mail.outbox = []
    seed(now=clock.now())
    catalog.forget()
    catalog.deploy_folder(Path(settings.PROCESSES_DIR) / "access_request")
    client = importlib.import_module(NAME).AuthenticatedClient

    opened = []

    def of(username: str) -> Any:
        one = client(base_url=live_server.url, token=token_of(username), raise_on_unexpected_status=True)
        opened.append(one)
        return one

    yield of
    for one in opened:
        one.get_httpx_client().close()


def test_it_walks_the_whole_access_request(
    people: Callable[[str], Any], api: Callable[[str], Any], made: Path
) -> None:
    models = importlib.import_module(f"{NAME}.models")
    types = importlib.import_module(f"{NAME}.types")
    head, officer = people("ilze.piemere"), people("karlis.paraugs")
    school = next(
        one
        for one in api("organisations")(client=head, process="access_request").parsed.items
        if one.name == "Egļkalnu pamatskola"
    )

    started = api("case_start")(
        client=head, body=models.Start(process="access_request", organisation=school.id), idempotency_key="1"
    )
    assert started.status_code == 201
    again = api("case_start")(
        client=head, body=models.Start(process="access_request", organisation=school.id), idempotency_key="1"
    )
    assert again.parsed.case.id == started.parsed.case.id
    assert again.headers["Idempotency-Replayed"] == "true"
    task, walk = started.parsed.task, Walk(Case.objects.get(public_id=started.parsed.case.id))

    form = api("task_form")(task, client=head).parsed
    assert form.key == "access_request"
    answers = request()
    draft = api("task_draft")(task, client=head)
    saved = api("task_draft_save")(
        task,
        client=head,
        body=models.DraftIn(content=models.DraftInContent.from_dict({"reason": "Ievada datus."})),
        if_match=draft.headers["ETag"],
    )
    assert (saved.status_code, saved.parsed.version) == (200, 1)
    stale = api("task_draft_save")(
        task,
        client=head,
        body=models.DraftIn(content=models.DraftInContent.from_dict({"reason": "Cits."})),
        if_match=draft.headers["ETag"],
    )
    assert (stale.status_code, stale.parsed.code) == (412, "precondition_failed")
    compared = api("task_draft_compare")(
        task,
        client=head,
        body=models.Compared(content=models.ComparedContent.from_dict({"reason": "Cits."})),
    )
    assert [one.field for one in compared.parsed.differences] == ["reason"]

    assert complete(api, models, head, task, answers).status_code == 200
    jobs.run_due("test", until_empty=True)
    walk.accept()
    confirm = api("tasks")(client=head).parsed.items[0]
    assert confirm.element == "confirm_request"
    name, paper = signed_file(walk.task("confirm_request"), actor("ilze.piemere"))
    uploaded = api("task_upload")(
        confirm.id,
        client=head,
        body=models.Upload(
            field="file",
            file=types.File(payload=io.BytesIO(paper), file_name=name, mime_type="application/pdf"),
        ),
    )
    assert uploaded.status_code == 201, uploaded.parsed
    assert uploaded.parsed.signature.code == "valid"
    signed = {**CONFIRMED, "file": str(uploaded.parsed.id)}
    assert complete(api, models, head, confirm.id, signed).status_code == 200
    jobs.run_due("test", until_empty=True)

    waiting = api("tasks")(client=officer, queue=models.TasksQueue.GROUP).parsed
    (item,) = [one for one in waiting.items if one.case.number == walk.case.number]
    assert api("task_claim")(item.id, client=officer, body=models.Claim()).status_code == 200
    decided = complete(api, models, officer, item.id, {"decision": "grant"})
    assert decided.parsed.next_task is None
    jobs.run_due("test", until_empty=True)

    case = api("case")(walk.case.public_id, client=head)
    assert (case.parsed.status, case.parsed.outcome) == (models.CaseStatus.CLOSED, "granted")
    assert case.parsed.turn.mine is False
    unchanged = api("case")(walk.case.public_id, client=head, if_none_match=case.headers["ETag"])
    assert unchanged.status_code == 304
    papers = api("case_documents")(walk.case.public_id, client=head).parsed.items
    letter = next(one for one in papers if one.kind == "access.decision")
    content = api("document")(letter.id, client=head).parsed.payload.read()
    assert content.startswith(b"%PDF-")
    assert sha256(content).hexdigest() == letter.sha256
    assert api("case")(walk.case.public_id, client=people("andris.revidents")).status_code == 200


def complete(api: Callable[[str], Any], models: Any, client: Any, task: Any, answers: dict[str, Any]) -> Any:
    """Complete a task with a key of its own."""
    body = models.Complete(answers=models.CompleteAnswers.from_dict(answers))
    return api("task_complete")(task, client=client, body=body, idempotency_key=f"task-{task}")


def test_every_choice_and_body_is_a_type_of_its_own(made: Path) -> None:
    names = {path.stem for path in (made / "models").glob("*.py")}

    assert {"case_status", "task_status", "refusal", "complete", "draft_in", "upload", "problem"} <= names
    assert [name for name in names if "type_1" in name or name.endswith("enum")] == []
    soup = [
        path.stem
        for path in (made / "models").glob("*.py")
        if "additional_properties: dict[str, Any]" in path.read_text()
    ]
    # Answers to forms are what each form asks for; nothing else is open.
    assert [name for name in soup if not name.endswith(OPEN)] == []


OPEN = (
    *("answers", "comments", "content", "values", "schema", "choices", "former_type_0"),
    # What a diagram declares or draws, by its own names.
    *("variables", "elements", "arguments", "by_kind"),
)


def test_every_operation_of_the_file_is_in_the_client(made: Path) -> None:
    import yaml

    raw = yaml.safe_load((API / "openapi.yaml").read_text())
    operations = {one["operationId"] for path in raw["paths"].values() for one in path.values()}

    assert operations == {path.stem for path in made.glob("api/*/*.py")} - {"__init__"}
    assert len(operations) > 40
