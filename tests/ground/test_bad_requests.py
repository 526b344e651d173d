"""Requests that no page asked for: refused in words, whatever is wrong with them."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
UNREADABLE = "Pieprasījumu nevarēja nolasīt"


def test_a_host_name_that_is_not_ours_is_refused_with_a_page(client: Client) -> None:
    answer = client.get("/", headers={"host": "evil.example"})

    assert answer.status_code == 400
    assert UNREADABLE in answer.content.decode()


def test_ten_megabytes_in_a_form_are_refused_with_a_page(client: Client) -> None:
    answer = client.post(
        "/pieslegties/", "password=" + "a" * 10_000_000, content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code == 413
    assert "Pieprasījums ir pārāk liels." in answer.content.decode()


def test_a_thousand_fields_are_refused_with_a_page(client: Client) -> None:
    answer = client.post("/pieslegties/", {f"field-{number}": "1" for number in range(1000)})

    assert answer.status_code == 400
    assert UNREADABLE in answer.content.decode()


@pytest.mark.parametrize(
    "address", ["/pieslegties/?next=%00", "/%00", "/lietas/?q=%00&lapa=%ff", "/saite/%00/"]
)
def test_bytes_that_no_text_has_never_break_a_page(client: Client, address: str) -> None:
    assert client.get(address).status_code < 500
