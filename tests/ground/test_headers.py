"""The answer headers of every page, and the production profile."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client

from config.headers import SecurityHeaders
from config.launcher.errors import ROOT

PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "k7" * 40 + "unguessable-for-the-test-0123456789",
    "DATABASE_URL": "postgresql://viis_app@127.0.0.1/viis",
    "VIIS_BASE_URL": "https://viis.example.lv",
    "ALLOWED_HOSTS": "viis.example.lv",
    "VIIS_NO_BOOTSTRAP": "1",
}


def in_production(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    # A browser test of the same run may have set what production forbids.
    inherited = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**inherited, **PRODUCTION, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_answer_forbids_what_our_pages_never_do(client: Client) -> None:
    headers = client.get("/health/live").headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_a_view_may_be_stricter() -> None:
    sandbox = HttpResponse(headers={"Content-Security-Policy": "sandbox"})

    answer = SecurityHeaders(lambda _: sandbox)(HttpRequest())

    assert answer.headers["Content-Security-Policy"] == "sandbox"
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_deployment_check_finds_nothing() -> None:
    done = in_production("manage.py", "check", "--deploy", "--fail-level", "DEBUG")

    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "VIIS_BASE_URL", "ALLOWED_HOSTS"])
def test_production_does_not_start_with_a_value_missing(name: str) -> None:
    done = in_production("manage.py", "check", **{name: ""})

    assert done.returncode != 0
    assert f"Set {name} in the environment" in done.stderr


def test_production_cookies_are_bound_to_the_host_and_to_https() -> None:
    program = (
        "from django.conf import settings as s;"
        "print(s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_NAME, s.CSRF_COOKIE_SECURE,"
        " s.DEBUG,"
        " s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_DOMAIN, s.CSRF_COOKIE_DOMAIN, s.CLOCK_MAY_MOVE)"
    )

    done = in_production("-c", program)

    assert done.stdout.split() == [
        "__Host-session",
        "True",
        "__Host-csrf",
        "True",
        "False",
        "True",
        "None",
        "None",
        "False",
    ]
