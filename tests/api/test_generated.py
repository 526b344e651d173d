"""Requests generated from the OpenAPI file: no fault of ours, and every answer is as the file says."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import schemathesis
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.generation.modes import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from config.wsgi import application
from tests.api.conftest import REQUEST, Api, token_of
from tests.api.test_documents import pdf
from tests.api.test_openapi import COMMITTED
from tests.cases.people import World

ROLES = ("head", "head", "head", "officer", "officer", "auditor", "clerk", "other_head")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]
SEED = int(os.environ.get("SCHEMATHESIS_SEED") or random.SystemRandom().randrange(2**32))
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "title": st.one_of(st.text(max_size=250), st.integers(), st.none()),
        "amount": st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.booleans()),
        "until": st.one_of(st.dates().map(str), st.text(max_size=12)),
        "decision": st.sampled_from(["grant", "refuse", "return", "", "x"]),
        "paper": st.one_of(st.uuids().map(str), st.text(max_size=40)),
    },
)


@contextmanager
def one_transaction() -> Iterator[None]:
    """Keep the server's own entrance from ending the connection that the test's transaction is on."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def known(world: World, head: Api, officer: Api) -> dict[str, list[str]]:
    """Ids that exist: cases in several states, their tasks open and done, and a document."""
    school = str(world.school.public_id)
    tasks, cases = [], []
    for number in range(6):
        process = "upload" if number == 5 else "request"
        started = head.post("cases", {"process": process, "organisation": school}).json()
        tasks.append(started["task"])
        cases.append(started["case"]["id"])
        if number in (1, 2, 3):
            head.post(f"tasks/{started['task']}/complete", {"answers": REQUEST})
    waiting = [item["id"] for item in officer.get("tasks?queue=group").json()["items"]]
    officer.post(f"tasks/{waiting[0]}/complete", {"answers": {"decision": "grant"}})
    officer.post(f"tasks/{waiting[1]}/return", {"comments": {"amount": "Kāpēc tik daudz?"}})
    returned = [item["id"] for item in head.get("tasks?queue=all").json()["items"]]
    paper = head.upload(
        f"tasks/{tasks[-1]}/documents", field="paper", file=SimpleUploadedFile("a.pdf", pdf())
    )
    return {
        "case_id": cases,
        "task_id": [*tasks, *waiting, *returned],
        "bulk_id": [officer.post("bulk", {"kind": "claim", "tasks": waiting[2:3]}).json()["id"]],
        "document_id": [paper.json()["id"]],
        "key": ["request", "upload"],
        "organisation": [school],
    }


def generated(known: dict[str, list[str]], examples: int) -> None:
    """So many requests by people of several roles, half of them about things that exist."""
    refused = {"negative_data_rejection": {"expected-statuses": ["4xx"]}}
    config = SchemathesisConfig.from_dict({"checks": refused})
    schema = schemathesis.openapi.from_dict(_raw(), config=config)
    schema.app = application
    tokens = [token_of(role) for role in ROLES]
    modes = st.one_of(
        schema.as_strategy(generation_mode=GenerationMode.POSITIVE),
        schema.as_strategy(generation_mode=GenerationMode.NEGATIVE),
    )
    met: dict[int, int] = {}

    @seed(SEED)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=modes, data=st.data())
    def ask(case: Any, data: st.DataObject) -> None:
        if data.draw(st.integers(0, 3)):
            _about_something(case, known, data)
        headers = {"Authorization": f"Bearer {data.draw(st.sampled_from(tokens))}"}
        answer = case.call(headers=headers)
        met[answer.status_code] = met.get(answer.status_code, 0) + 1
        case.validate_response(answer, checks=CHECKS, headers=headers)

    print(f"seed {SEED}")
    with one_transaction():
        ask()
    print(dict(sorted(met.items())))
    assert sum(met.values()) >= examples
    assert {200, 400, 404} <= set(met), met


def _about_something(case: Any, known: dict[str, list[str]], data: st.DataObject) -> None:
    """Put ids that exist in the place of generated ones; at times plausible answers too."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if case.path_parameters:
        case.path_parameters = {
            name: data.draw(st.sampled_from(known[name])) if name in known else value
            for name, value in case.path_parameters.items()
        }
    if isinstance(case.body, dict):
        if "organisation" in case.body:
            case.body = {
                "process": data.draw(st.sampled_from(known["key"])),
                "organisation": known["organisation"][0],
            }
        elif "answers" in case.body:
            case.body = {**case.body, "answers": data.draw(ANSWERS)}
        elif "content" in case.body:
            case.body = {**case.body, "content": data.draw(ANSWERS)}


def _raw() -> dict[str, Any]:
    import yaml

    raw: dict[str, Any] = yaml.safe_load(COMMITTED.read_text())
    return raw


def test_two_hundred_generated_requests_meet_no_fault(known: dict[str, list[str]]) -> None:
    generated(known, 200)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_twenty_thousand_generated_requests_meet_no_fault(known: dict[str, list[str]]) -> None:
    generated(known, 20_000)
