"""What comes in is read as strictly as it will be stored."""

import io
import json

import pytest
from rest_framework.exceptions import ParseError, ValidationError

from api.fields import Object, StrictSerializer, Text, Truth, Uuid, Whole
from api.parsers import StrictJSONParser


def read(body: bytes) -> object:
    return StrictJSONParser().parse(io.BytesIO(body))


class Sample(StrictSerializer):
    text = Text(max_length=5, required=False)
    number = Whole(min_value=0, required=False)
    truth = Truth(required=False)
    thing = Object(required=False)
    key = Uuid(required=False)


def refused(body: dict[str, object]) -> dict[str, list[str]]:
    serializer = Sample(data=body)
    with pytest.raises(ValidationError) as caught:
        serializer.is_valid(raise_exception=True)
    return {name: [one.code for one in found] for name, found in caught.value.detail.items()}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[1,]",
        b"\xff{}",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 1e999}',
        b'{"a": 1, "a": 2}',
        b'{"a": "\\u0000"}',
        b'{"\\u0000": 1}',
        b'{"a": "\\ud800"}',
        b'{"a": ' + b"9" * 30 + b"}",
        b'{"a": ' + b"9" * 5000 + b"}",
        b"[" * 40 + b"]" * 40,
        b"[" * 100_000 + b"]" * 100_000,
    ],
)
def test_json_that_cannot_be_kept_is_refused(body: bytes) -> None:
    with pytest.raises(ParseError):
        read(body)


def test_json_that_can_be_kept_is_read_as_it_is() -> None:
    value = {"vārds": "Anna Ķēniņa 🎓", "n": 1, "d": 0.5, "t": True, "nothing": None, "l": [[1], {}]}

    assert read(json.dumps(value).encode()) == value


def test_an_unknown_name_is_refused_by_its_name() -> None:
    assert refused({"text": "a", "txet": "b"}) == {"txet": ["unknown"]}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"text": 1}, {"text": ["text"]}),
        ({"text": "abcdef"}, {"text": ["max_length"]}),
        ({"text": None}, {"text": ["null"]}),
        ({"number": "1"}, {"number": ["whole"]}),
        ({"number": True}, {"number": ["whole"]}),
        ({"number": 1.0}, {"number": ["whole"]}),
        ({"truth": "true"}, {"truth": ["truth"]}),
        ({"truth": 1}, {"truth": ["truth"]}),
        ({"thing": []}, {"thing": ["object"]}),
        ({"thing": "{}"}, {"thing": ["object"]}),
        ({"key": 5}, {"key": ["uuid"]}),
        ({"key": "{12345678-1234-1234-1234-123456789012}"}, {"key": ["uuid"]}),
    ],
)
def test_a_wrong_type_is_refused_and_never_converted(body: dict[str, object], expected: object) -> None:
    assert refused(body) == expected


def test_right_types_pass_unchanged() -> None:
    body = {"text": " a ", "number": 3, "truth": False, "thing": {"a": [1]}}
    serializer = Sample(data=body)

    serializer.is_valid(raise_exception=True)

    assert serializer.validated_data == body
