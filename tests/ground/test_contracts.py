"""Who may import whom: every contract catches a planted violation, and the product breaks none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.launcher.errors import ROOT

from .test_house import PACKAGES

LAYERS = "config > api | web | processes"
ENGINE = "Inside the engine"
CORE = "Inside the core"
PURE = "The core imports no Django"
LEGAL_CLOCK = "The legal clock is a pure function"
SPIFF = "Only engine.core imports SpiffWorkflow"
REST = "Only api imports the REST framework"
CELERY = "Only engine.jobs, engine.worker and config import Celery"
PYHANKO = "Only cases.signatures imports pyHanko"
REPORTLAB = "Only cases.pdf and a process's documents import reportlab"

VIOLATIONS = [
    (LAYERS, "engine/queries.py", "import cases.models"),
    (LAYERS, "registries/queries.py", "import engine.models"),
    (LAYERS, "accounts/scope.py", "import cases.models"),
    (LAYERS, "cases/errors.py", "import web"),
    (LAYERS, "api/views.py", "import web"),
    (LAYERS, "web/pages.py", "import processes"),
    (LAYERS, "cases/errors.py", "import config"),
    (ENGINE, "engine/models/instances.py", "import engine.services"),
    (ENGINE, "engine/reconcile.py", "import engine.jobs"),
    (ENGINE, "engine/core/waits.py", "import engine.errors"),
    (CORE, "engine/core/expressions.py", "import engine.core.machine"),
    (CORE, "engine/core/parser.py", "import engine.core.rules"),
    (PURE, "engine/core/waits.py", "from django.conf import settings"),
    (PURE, "engine/core/codec.py", "import psycopg"),
    (LEGAL_CLOCK, "cases/legal_clock/counting.py", "from django.conf import settings"),
    (LEGAL_CLOCK, "cases/legal_clock/segments.py", "import cases.models"),
    (SPIFF, "engine/reconcile.py", "import SpiffWorkflow"),
    (SPIFF, "cases/errors.py", "from lxml import etree"),
    (REST, "web/pages.py", "from rest_framework import serializers"),
    (REST, "cases/errors.py", "import drf_spectacular"),
    (CELERY, "engine/reconcile.py", "import celery"),
    (CELERY, "cases/errors.py", "from kombu import Queue"),
    (REPORTLAB, "web/pages.py", "import reportlab"),
    (PYHANKO, "web/pages.py", "import pyhanko"),
    (PYHANKO, "cases/documents.py", "from asn1crypto import cms"),
]


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the product's Python files."""
    copy = tmp_path_factory.mktemp("product")
    shutil.copy(ROOT / "pyproject.toml", copy)
    for package in PACKAGES:
        for module in (ROOT / package).rglob("*.py"):
            target = copy / module.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(module, target)
    return copy


def lint(product: Path) -> subprocess.CompletedProcess[str]:
    program = (
        "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports_command as c; c()"
    )
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=product,
        env={**os.environ, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def broken(printed: str) -> list[str]:
    return [line.removesuffix(" BROKEN").strip() for line in printed.splitlines() if line.endswith(" BROKEN")]


def test_the_product_keeps_every_contract(product: Path) -> None:
    done = lint(product)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("contract", "module", "line"), VIOLATIONS, ids=lambda value: str(value)[:40])
def test_a_planted_violation_is_caught(product: Path, contract: str, module: str, line: str) -> None:
    place = product / module
    before = place.read_text()
    # After the future imports, as anybody would write it: at the end.
    place.write_text(f"{before}\n{line}\n")

    try:
        done = lint(product)
    finally:
        place.write_text(before)

    assert done.returncode == 1, done.stdout
    assert any(name.startswith(contract) for name in broken(done.stdout)), done.stdout


@pytest.mark.parametrize(("contract", "folder"), [(ENGINE, "engine"), (CORE, "engine/core")])
def test_a_module_that_no_layer_lists_is_caught(product: Path, contract: str, folder: str) -> None:
    unlisted = product / folder / "unlisted.py"
    unlisted.write_text('"""In no layer."""\n')

    try:
        done = lint(product)
    finally:
        unlisted.unlink()

    assert done.returncode == 1
    assert any(name.startswith(contract) for name in broken(done.stdout)), done.stdout


def test_every_contract_has_a_planted_violation() -> None:
    named = [
        line.split('"')[1]
        for line in (ROOT / "pyproject.toml").read_text().splitlines()
        if line.startswith("name = ")
    ]
    planted = {contract for contract, _, _ in VIOLATIONS}

    assert [name for name in named if name != "viis" and not name.startswith(tuple(planted))] == []
