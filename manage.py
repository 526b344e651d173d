#!/usr/bin/env python3
"""Runs the product's commands; on a bare Python 3.11 or later it first makes its own environment."""

import os
import sys

# This file must parse on old Pythons, even on 2.7, so that they get the sentence and not a syntax error.
if sys.version_info < (3, 11):  # noqa: UP036
    found = ".".join(str(number) for number in sys.version_info[:2])
    sys.exit(
        "This needs Python 3.11 or later, not " + found + ": install one and type `python3.11 manage.py ...`."
    )
if sys.platform == "win32":
    sys.exit("Windows is not supported: use Linux or macOS, or the Windows Subsystem for Linux.")

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
    from config.launcher.commands import main

    sys.exit(main(sys.argv))
