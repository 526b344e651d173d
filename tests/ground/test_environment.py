"""A bare machine: what is checked before anything is installed, and what people read when it fails."""

from __future__ import annotations

import ast
import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.launcher import environment
from config.launcher.errors import ROOT, CannotStart, explain, explain_output

BEFORE_THE_RE_EXEC = ("commands.py", "environment.py", "errors.py", "__init__.py")


def test_manage_py_parses_on_every_python_since_2_7() -> None:
    source = (ROOT / "manage.py").read_text()

    tree = ast.parse(source, feature_version=(3, 4))

    newer = (ast.JoinedStr, ast.NamedExpr, ast.AnnAssign, ast.AsyncFunctionDef, ast.Starred)
    assert [node for node in ast.walk(tree) if isinstance(node, newer)] == []


@pytest.mark.parametrize("name", BEFORE_THE_RE_EXEC)
def test_only_the_standard_library_is_imported_before_the_re_exec(name: str) -> None:
    tree = ast.parse((ROOT / "config/launcher" / name).read_text())

    imported = {
        name
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
        )
    }

    foreign = {name for name in imported if name.split(".")[0] not in sys.stdlib_module_names}
    assert foreign <= {"config.launcher.environment", "config.launcher.errors"}


@pytest.mark.parametrize(
    ("pretence", "sentence"),
    [
        ("sys.version_info = (3, 9, 2)", "needs Python 3.11 or later, not 3.9: install one and type"),
        ("sys.platform = 'win32'", "Windows is not supported: use Linux or macOS"),
    ],
)
def test_an_unfit_machine_gets_one_sentence(pretence: str, sentence: str) -> None:
    program = f"import sys, runpy; {pretence}; runpy.run_path('manage.py', run_name='__main__')"

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_folder_of_another_user_is_named_with_its_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)

    with pytest.raises(
        CannotStart, match=r"belongs to the user \w+ and you may not write there: run the command"
    ):
        environment.check_folder()


def test_a_nearly_full_disk_is_said_before_anything_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type(shutil.disk_usage("/"))(10**12, 10**12 - 10**8, 10**8)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)

    with pytest.raises(CannotStart, match="has 100 MB left and about 700 MB are needed: free some"):
        environment.check_folder()


@pytest.mark.parametrize(
    ("printed", "sentence"),
    [
        (
            "error: Failed to fetch\n  Caused by: dns error: failed to lookup address",
            "did not reach the package registry",
        ),
        ("ERROR: Could not find a version (connection refused)", "did not reach the package registry"),
        (
            "OSError: [Errno 28] No space left on device",
            "The disk is full (`df -h` shows which): free about 1 GB",
        ),
        ("error: failed to open file: Permission denied (os error 13)", "was refused a file"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES\nhash mismatch", "differs from its recorded hash"),
        ("something new", "failed (something new): mend that"),
        ("", "failed (it printed nothing): mend that"),
    ],
)
def test_what_an_installer_printed_becomes_one_sentence(printed: str, sentence: str) -> None:
    explained = explain_output(printed, what="Installing the packages")

    assert sentence in explained
    assert "\n" not in explained


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (errno.ENOSPC, "The disk is full (`df -h` shows which): free about 1 GB"),
        (errno.EACCES, "may not be written by you"),
        (errno.EIO, "mend that and run the command again"),
    ],
)
def test_an_error_of_the_system_becomes_one_sentence(code: int, sentence: str) -> None:
    assert sentence in explain(OSError(code, os.strerror(code), "/somewhere"))


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A folder whose installer only notes what it was asked for."""
    kinds: list[str] = []
    venv = tmp_path / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").touch()
    monkeypatch.delenv("VIIS_NO_BOOTSTRAP", raising=False)
    monkeypatch.setattr(environment, "VENV", venv)
    monkeypatch.setattr(environment, "PYTHON", venv / "bin" / "python")
    monkeypatch.setattr(environment, "STAMP", venv / "viis-lock.json")
    monkeypatch.setattr(os, "execv", lambda *_: None)

    def install(kind: environment.Kind) -> None:
        kinds.append(kind)
        environment.STAMP.write_text(json.dumps(environment._wish(kind)))

    monkeypatch.setattr(environment, "_install", install)
    return kinds


def test_the_second_start_installs_nothing(installed: list[str]) -> None:
    environment.enter("local")
    environment.enter("local")

    assert installed == ["local"]


def test_the_demo_after_the_tests_keeps_the_larger_environment(installed: list[str]) -> None:
    environment.enter("test")
    environment.enter("local")

    assert installed == ["test"]


def test_a_changed_lock_installs_again(installed: list[str]) -> None:
    environment.enter("local")
    stamp = json.loads(environment.STAMP.read_text())
    environment.STAMP.write_text(json.dumps({**stamp, "digest": "of an older lock"}))

    environment.enter("local")

    assert installed == ["local", "local"]


def test_an_installation_that_was_killed_starts_over(installed: list[str]) -> None:
    environment.enter("local")
    environment.STAMP.write_text('{"kind": "loc')

    environment.enter("local")

    assert installed == ["local", "local"]


def test_an_image_switches_the_bootstrap_off(installed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIIS_NO_BOOTSTRAP", "1")

    environment.enter("test")

    assert installed == []
