"""The committed OpenAPI file says what the code says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.urls import get_resolver
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.validation import validate_schema

from api.missing import MissingView

COMMITTED = Path(__file__).parents[2] / "docs" / "api" / "openapi.yaml"


@pytest.fixture(scope="module")
def generated() -> dict[str, Any]:
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return schema


def test_the_committed_file_is_fresh(generated: dict[str, Any]) -> None:
    text = OpenApiYamlRenderer().render(generated, renderer_context={}).decode()

    assert COMMITTED.read_text() == text, "type: python manage.py spectacular --file docs/api/openapi.yaml"


def test_the_file_is_valid(generated: dict[str, Any]) -> None:
    validate_schema(generated)

    assert generated["openapi"] == "3.1.0"


def test_every_address_of_the_api_is_in_the_file(generated: dict[str, Any]) -> None:
    api = next(one for one in get_resolver().url_patterns if str(one.pattern) == "api/v1/")
    routes = [one for one in api.url_patterns if one.callback.view_class is not MissingView]

    assert len(routes) == len(generated["paths"])


def test_every_operation_names_its_problems_and_needs_a_token(generated: dict[str, Any]) -> None:
    for path, operations in generated["paths"].items():
        for method, operation in operations.items():
            answers = operation["responses"]
            assert operation["summary"], (path, method)
            assert {"token": []} in operation["security"], (path, method)
            assert {"400", "401", "403", "405", "429", "500", "503"} <= set(answers), (path, method)
            assert ("{" in path) <= ("404" in answers), (path, method)
            for status, answer in answers.items():
                if int(status) >= 400:
                    assert list(answer["content"]) == ["application/problem+json"], (path, method)


def test_what_comes_in_may_have_no_unknown_fields(generated: dict[str, Any]) -> None:
    bodies = ("Start", "Complete", "Return", "Claim", "DraftIn", "Upload")

    assert all(generated["components"]["schemas"][name]["additionalProperties"] is False for name in bodies)


def test_no_name_of_a_person_may_stand_in_an_address(generated: dict[str, Any]) -> None:
    names = {
        parameter["name"]
        for operations in generated["paths"].values()
        for operation in operations.values()
        for parameter in operation.get("parameters", ())
    }

    assert not names & {"q", "search", "name", "person", "personal_code", "email"}
