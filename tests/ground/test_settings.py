"""Settings: everything that is read from the environment is explained, and production says who writes."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.conf import settings

from config.launcher.environment import SECONDS
from config.launcher.errors import ROOT

from .test_house import modules

# Handed from one process of the launcher to the next, never set by people.
OUR_OWN = {SECONDS}
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "VIIS_NO_BOOTSTRAP": "1",
    "SECRET_KEY": "x" * 60,
    "DATABASE_URL": "postgresql://viis_app@127.0.0.1/viis",
    "VIIS_BASE_URL": "https://viis.example.lv",
    "ALLOWED_HOSTS": "viis.example.lv",
}


def names_read() -> Iterator[str]:
    for module in modules():
        for node in ast.walk(ast.parse(module.read_text())):
            match node:
                case ast.Call(func=function, args=[ast.Constant(str(name)), *_]):
                    if ast.unparse(function) in ("os.environ.get", "os.getenv", "required"):
                        yield name
                case ast.Subscript(value=value, slice=ast.Constant(str(name)), ctx=ast.Load()):
                    if ast.unparse(value) == "os.environ":
                        yield name


def names_explained() -> set[str]:
    text = (ROOT / ".env.example").read_text()
    return set(re.findall(r"^(?:# )?([A-Z][A-Z_]+)=", text, re.MULTILINE))


def in_production(expression: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {key: value for key, value in os.environ.items() if key not in names_explained()}
    return subprocess.run(
        [sys.executable, "-c", f"from django.conf import settings; print({expression})"],
        cwd=ROOT,
        env={**inherited, **PRODUCTION, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_everything_that_is_read_from_the_environment_is_explained() -> None:
    assert set(names_read()) - OUR_OWN - names_explained() == set()


def test_nothing_is_explained_that_nobody_reads() -> None:
    composed = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "compose.yaml").read_text()))

    # The last two are read by libraries: Django's settings and the numbers of several processes.
    libraries = {"DJANGO_SETTINGS_MODULE", "PROMETHEUS_MULTIPROC_DIR"}
    assert names_explained() - set(names_read()) - composed - libraries == set()


def test_mail_never_comes_from_webmaster() -> None:
    assert settings.DEFAULT_FROM_EMAIL == "VIIS <viis@example.lv>"


@pytest.mark.parametrize(
    ("given", "sender"),
    [({}, "VIIS <viis@viis.example.lv>"), ({"DEFAULT_FROM_EMAIL": "pasts@izm.example"}, "pasts@izm.example")],
)
def test_production_writes_from_its_own_address(given: dict[str, str], sender: str) -> None:
    assert in_production("settings.DEFAULT_FROM_EMAIL", **given).stdout.strip() == sender


def test_the_lock_out_and_the_rate_count_the_same_proxies() -> None:
    counts = "settings.AXES_IPWARE_PROXY_COUNT, settings.REST_FRAMEWORK['NUM_PROXIES']"

    assert in_production(counts, PROXY_COUNT="2").stdout.strip() == "2 2"


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "VIIS_BASE_URL", "ALLOWED_HOSTS"])
def test_production_names_what_is_missing(name: str) -> None:
    done = in_production("settings.DEBUG", **{name: ""})

    assert done.returncode == 1
    assert f"Set {name} in the environment; .env.example explains it." in done.stderr
