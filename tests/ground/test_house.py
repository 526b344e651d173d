"""The rules of the house that no tool knows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.launcher.errors import ROOT

PACKAGES = (
    "config",
    "api",
    "web",
    "processes",
    "analytics",
    "exchange",
    "cases",
    "accounts",
    "engine",
    "registries",
)
LONGEST_MODULE = 400
LONGEST_FUNCTION = 80
NAMES_THAT_SAY_NOTHING = {"utils.py", "util.py", "helpers.py", "common.py", "misc.py", "signals.py"}
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


def modules() -> Iterator[Path]:
    yield ROOT / "manage.py"
    for package in PACKAGES:
        for module in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in module.parts:
                yield module


def named(module: Path, line: int = 0) -> str:
    return f"{module.relative_to(ROOT)}:{line}"


def test_every_package_at_the_top_is_under_the_rules() -> None:
    found = {folder.parent.name for folder in ROOT.glob("*/__init__.py")}

    assert found - {"tests", "benchmarks"} == set(PACKAGES)


def test_no_module_is_longer_than_a_reader_bears() -> None:
    lengths = {named(module): len(module.read_text().splitlines()) for module in modules()}

    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_no_function_is_longer_than_a_reader_bears() -> None:
    long = [
        f"{named(module, node.lineno)} {node.name}"
        for module in modules()
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.FunctionDef)
        and node.end_lineno
        and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    ]

    assert long == []


def test_modules_are_named_after_what_they_hold() -> None:
    assert [named(module) for module in modules() if module.name in NAMES_THAT_SAY_NOTHING] == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [named(module) for module in modules() if not ast.get_docstring(ast.parse(module.read_text()))]

    assert silent == []


@pytest.mark.parametrize("word", ["TO" + "DO", "FIX" + "ME", "X" * 3, "raise NotImplemented" + "Error"])
def test_nothing_is_left_half_done(word: str) -> None:
    pattern = re.compile(rf"\b{word}\b")
    files = [
        *modules(),
        *ROOT.glob("templates/**/*.html"),
        *ROOT.glob("static/*.js"),
        *ROOT.glob("static/*.css"),
    ]

    assert [str(file.relative_to(ROOT)) for file in files if pattern.search(file.read_text())] == []


def test_django_signals_are_not_our_glue() -> None:
    pattern = re.compile(r"from django\.dispatch|from django\.db\.models\.signals|post_save|pre_save")

    assert [named(module) for module in modules() if pattern.search(module.read_text())] == []


def test_pages_and_api_take_no_rows_past_the_scope() -> None:
    found = [
        named(module, number)
        for module in modules()
        if module.relative_to(ROOT).parts[0] in ("web", "api")
        for number, line in enumerate(module.read_text().splitlines(), start=1)
        if re.search(r"\.objects\b(?!\.visible_to\()", line)
    ]

    assert found == []


def test_no_module_runs_text_as_code() -> None:
    found = [
        named(module, node.lineno)
        for module in modules()
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("eval", "exec")
    ]

    assert found == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_locked_package_has_a_hash_and_no_host(lock: Path) -> None:
    text = lock.read_text()
    packages = [line for line in text.splitlines() if line and line[0] not in " #"]

    assert packages
    assert all(
        re.match(r"[A-Za-z0-9._-]+(\[[^\]]+\])?==\S+ .*\\$|[A-Za-z0-9._-]+==\S+ \\$", line)
        for line in packages
    )
    assert text.count("    --hash=sha256:") >= len(packages)
    assert "://" not in text
    assert "index-url" not in text
    assert "find-links" not in text


@pytest.mark.parametrize("name", ["bootstrap", "base", "local", "test"])
def test_every_requirement_is_in_its_lock(name: str) -> None:
    lock = (ROOT / "requirements" / f"{name}.txt").read_text().lower()
    wanted = [
        re.split(r"[<>=\[ ]", line, maxsplit=1)[0].lower()
        for line in (ROOT / "requirements" / f"{name}.in").read_text().splitlines()
        if line and line[0] not in "#-"
    ]

    assert [package for package in wanted if f"\n{package}==" not in f"\n{lock}"] == []


def test_no_licence_that_binds_the_whole_product_is_installed_at_run_time() -> None:
    refused = {"pm4py", "djlint", "pyasice", "django-fsm"}
    locked = re.findall(r"^([a-z0-9._-]+)==", (ROOT / "requirements" / "base.txt").read_text(), re.MULTILINE)

    assert refused.intersection(locked) == set()
    assert "django-fsm-2" in locked
