"""Where a webhook may go: nothing but the open internet, however the address is written or answered."""

from __future__ import annotations

import pytest

from exchange.webhooks import guard
from exchange.webhooks.guard import AddressRefused, refuse_at_once, target_of

OPEN = "93.184.216.34"


@pytest.fixture(autouse=True)
def _production(settings) -> None:
    settings.WEBHOOKS_TO_THIS_MACHINE = False


# What the machine's own look-up makes of these is an address that is not of the open internet.
WRITTEN = (
    "https://127.0.0.1/",
    "https://127.1/",
    "https://127.0.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://017700000001/",
    "https://00/",
    "https://0.0.0.0/",
    "https://10.0.0.1/",
    "https://172.16.5.4/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/",
    "https://192.0.0.8/",
    "https://198.18.0.1/",
    "https://224.0.0.1/",
    "https://240.0.0.1/",
    "https://255.255.255.255/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::ffff:93.184.216.34]/",
    "https://[::127.0.0.1]/",
    "https://[::ffff:0:127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b::a9fe:a9fe]/",
    "https://[2002:7f00:1::]/",
    "https://[2001:0:7f00:1::]/",
    "https://[fc00::1]/",
    "https://[fd12:3456::1]/",
    "https://[fe80::1]/",
    "https://[fec0::1]/",
    "https://[ff02::1]/",
    "https://[2001:db8::1]/",
    "https://localhost/",
    "https://LOCALHOST./",
)
MALFORMED = (
    "",
    "https://",
    "https:///x",
    "http://example.org/",
    "ftp://example.org/",
    "file:///etc/passwd",
    "gopher://example.org/",
    "javascript:alert(1)",
    "//example.org/",
    "https://user@example.org/",
    "https://user:secret@example.org/",
    "https://example.org@127.0.0.1/",
    "https://example.org#@127.0.0.1/",
    "https://example.org\\@127.0.0.1/",
    "https://example.org/\r\nHost: evil",
    "https://example.org/a b",
    "https://example.org\t/",
    "https://exämple.org/",
    "https://example.org:99999/",
    "https://example.org:port/",
    "https://[fe80::1%25eth0]/",
    "https://ⓔxample.org/",
    "https://１２７.0.0.1/",
    "https://exa mple.org/",
    "https://-/",
    "https://example.org/" + "a" * 500,
)


@pytest.mark.parametrize("address", WRITTEN)
def test_no_way_of_writing_an_inner_address_leads_there(address: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        target_of(address)

    assert refused.value.fault in ("not_public", "not_found")


@pytest.mark.parametrize("address", MALFORMED)
def test_what_is_no_plain_https_address_is_refused_before_any_lookup(address: str) -> None:
    def never(host: str, port: int) -> list[str]:
        raise AssertionError(host)

    with pytest.raises(AddressRefused) as refused:
        target_of(address, never)

    assert refused.value.fault in ("form", "not_https")
    with pytest.raises(AddressRefused):
        refuse_at_once(address)


@pytest.mark.parametrize(
    "answers",
    [
        ["127.0.0.1"],
        [OPEN, "127.0.0.1"],
        ["10.1.2.3", OPEN],
        [OPEN, "::1"],
        ["::ffff:10.0.0.1"],
        ["fe80::1%eth0"],
        ["169.254.169.254"],
    ],
)
def test_one_inner_answer_among_those_of_the_lookup_is_one_too_many(answers: list[str]) -> None:
    with pytest.raises(AddressRefused) as refused:
        target_of("https://example.org/", lambda *_: answers)

    assert refused.value.fault == "not_public"


def test_a_name_that_answers_otherwise_the_second_time_is_asked_once() -> None:
    answers = [[OPEN], ["127.0.0.1"]]

    target = target_of("https://rebinding.example.org:8443/in?a=b", lambda *_: answers.pop(0))

    assert target == guard.Target("https", "rebinding.example.org", 8443, OPEN, "/in?a=b")
    assert answers == [["127.0.0.1"]]


@pytest.mark.parametrize("answer", [OPEN, "2606:2800:220:1:248:1893:25c8:1946"])
def test_the_open_internet_is_reached(answer: str) -> None:
    assert target_of("https://example.org/", lambda *_: [answer]).ip == answer


def test_a_name_that_nobody_knows_is_told_apart() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise OSError

    with pytest.raises(AddressRefused) as refused:
        target_of("https://example.org/", unknown)

    assert refused.value.fault == "not_found"


def test_an_inner_address_is_refused_when_it_is_entered() -> None:
    with pytest.raises(AddressRefused) as refused:
        refuse_at_once("https://192.168.0.1/hook")

    assert refused.value.fault == "not_public"
    refuse_at_once("https://example.org/hook")
    assert len(WRITTEN) + len(MALFORMED) > 60
