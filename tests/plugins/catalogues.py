"""The translations, which are not committed in compiled form."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation.reloader import translation_file_changed

from config.launcher.catalogues import LOCALE, compile_all


def see_catalogues(folder: Path = LOCALE) -> list[Path]:
    """Compile what changed; what Django read before is read anew, for it starts before the first conftest."""
    written = compile_all(folder)
    for place in written:
        translation_file_changed(None, place)
    return written
