"""What `manage.py <command>` does before Django: environment, catalogues, database."""

from __future__ import annotations

import os
import sys

from config.launcher.environment import enter
from config.launcher.errors import CannotStart, explain


def main(argv: list[str]) -> int:
    """Run a command and return its status; what keeps it from starting is one sentence and status 1."""
    command = argv[1] if len(argv) > 1 else "help"
    try:
        enter("test" if command == "test" else "local")
        return _run(command, argv)
    except CannotStart as reason:
        print(f"\n{reason}", file=sys.stderr)
    except OSError as error:
        print(f"\n{explain(error)}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
    return 1


def _run(command: str, argv: list[str]) -> int:
    from config.launcher.database import check_form

    check_form()
    compile_translations()
    match command:
        case "demo":
            from config.launcher.demo import main as run_demo

            return run_demo(argv[2:])
        case "test":
            from config.launcher.suite import main as run_suite

            return run_suite(argv[2:])
        case _:
            return _django(argv)


def compile_translations() -> None:
    """Compile what changed; where nothing is to be made, say why that was not possible and go on."""
    from config.launcher import catalogues

    try:
        catalogues.compile_all()
    except OSError as error:
        # In an image the tree belongs to somebody else, and was compiled when that was made.
        if os.environ.get("VIIS_NO_BOOTSTRAP") != "1":
            raise
        print(f"The translations could not be compiled: {explain(error)}", file=sys.stderr)


def _django(argv: list[str]) -> int:
    from django.core.management import execute_from_command_line
    from django.db import OperationalError, ProgrammingError

    from config.launcher.database import check_given, database

    try:
        if os.environ.get("VIIS_NO_BOOTSTRAP") == "1":
            execute_from_command_line(argv)
        else:
            with database():
                execute_from_command_line(argv)
    except (OperationalError, ProgrammingError):
        # In one sentence where the server is the reason, else as it is.
        check_given()
        raise
    return 0
