"""A person without an account who opens a one-time link in a browser and accepts the commitment."""

from __future__ import annotations

import http.cookiejar
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field

from tests.chaos.client import AGAIN, LOST, PATIENCE, GaveUp, Ledger

PAUSE = 0.5
HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
ATTRIBUTE = re.compile(r'(name|value)="([^"]*)"')
TICKS = ("only_duties", "keep_secret", "own_account", "report")
ACCEPTED = {**dict.fromkeys(TICKS, "true"), "how": "sign"}


class Refused(Exception):
    """The page said no; `status` says how."""

    def __init__(self, status: int, place: str) -> None:
        self.status = status
        super().__init__(f"{place}: {status}")


@dataclass(slots=True)
class Visitor:
    """One browser with its own cookies."""

    ledger: Ledger
    opener: urllib.request.OpenerDirector = field(init=False)

    def __post_init__(self) -> None:
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), cookies)

    def accept(self, link: str, code_tail: str) -> None:
        """Open the link, prove oneself, tick the boxes, sign, check, send. Refused, GaveUp."""
        _, page = self._get(link)
        place, page = self._post(link, page, {"code": code_tail})
        if "/uzdevumi/" not in place:
            raise Refused(404, place)
        place, page = self._post(place, page, {**ACCEPTED, "sign": "file"})
        place, page = self._post(place, page, {**ACCEPTED, "action": "continue"})
        if not place.endswith("/parbaude/"):
            raise Refused(422, place)
        self._post(place, page, {})

    def _get(self, address: str) -> tuple[str, str]:
        return self._open(urllib.request.Request(address))

    def _post(self, address: str, page: str, fields: dict[str, str]) -> tuple[str, str]:
        body = urllib.parse.urlencode({**_hidden(page), **fields}).encode()
        headers = {"Referer": address, "Content-Type": "application/x-www-form-urlencoded"}
        return self._open(urllib.request.Request(address, body, headers))

    def _open(self, request: urllib.request.Request) -> tuple[str, str]:
        """The page; one that does not come is loaded again, a form that was sent is sent again."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                return self._load(request)
            except Refused as refused:
                if refused.status not in AGAIN:
                    raise
                self.ledger.note(f"a page answered {refused.status}")
            except LOST as lost:
                self.ledger.note(f"a page was lost: {type(lost).__name__}")
            time.sleep(PAUSE)
        raise GaveUp(f"{request.full_url}: no page in {PATIENCE:.0f} s")

    def _load(self, request: urllib.request.Request) -> tuple[str, str]:
        try:
            with self.opener.open(request, timeout=30) as answer:
                return answer.geturl(), answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                refused = Refused(error.code, request.full_url)
        if refused.status >= 500 and refused.status not in AGAIN:
            raise GaveUp(f"the page answered {refused}")
        raise refused


def _hidden(page: str) -> dict[str, str]:
    found = {}
    for tag in HIDDEN.findall(page):
        values = dict(ATTRIBUTE.findall(tag))
        if "name" in values:
            found[values["name"]] = values.get("value", "")
    return found
