"""Translations: compiled without gettext's tools, and complete."""

from __future__ import annotations

import gettext
import os
from pathlib import Path

import pytest
from django.utils import translation

from config.launcher import catalogues
from config.launcher.catalogues import compile_all, compiled, entries
from config.launcher.commands import compile_translations
from config.launcher.errors import ROOT
from config.translations import faults
from tests.plugins.catalogues import see_catalogues

CATALOGUE = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n != 0 ? 1 : 2);\n"

# a comment
msgid "Open"
msgstr "Atvērt"

msgctxt "a shop"
msgid "Open"
msgstr "Atvērts"

msgid ""
"A text of "
"two \"lines\".\n"
msgstr "Teksts \"divās\" rindās.\n"

msgid "%(n)s task"
msgid_plural "%(n)s tasks"
msgstr[0] "%(n)s uzdevums"
msgstr[1] "%(n)s uzdevumi"
msgstr[2] "%(n)s uzdevumu"

#, fuzzy
msgid "Perhaps"
msgstr "Varbūt"
msgid "Next without a gap"
msgstr "Nākamais"
"""


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    place = tmp_path / "locale" / "lv" / "LC_MESSAGES" / "django.po"
    place.parent.mkdir(parents=True)
    place.write_text(CATALOGUE, encoding="utf-8")
    return place


def test_a_compiled_catalogue_is_read_by_gettext(catalogue: Path) -> None:
    (written,) = compile_all(catalogue.parent.parent.parent)

    with written.open("rb") as file:
        latvian = gettext.GNUTranslations(file)

    assert latvian.gettext("Open") == "Atvērt"
    assert latvian.pgettext("a shop", "Open") == "Atvērts"
    assert latvian.gettext('A text of two "lines".\n') == 'Teksts "divās" rindās.\n'
    assert [latvian.ngettext("%(n)s task", "%(n)s tasks", n) for n in (1, 2, 10, 0)] == [
        "%(n)s uzdevums",
        "%(n)s uzdevumi",
        "%(n)s uzdevumi",
        "%(n)s uzdevumu",
    ]
    assert latvian.gettext("Perhaps") == "Perhaps"
    assert latvian.gettext("Next without a gap") == "Nākamais"


def test_only_what_changed_is_compiled_again(catalogue: Path) -> None:
    folder = catalogue.parent.parent.parent
    compile_all(folder)

    assert compile_all(folder) == []


def test_what_django_has_read_before_it_was_compiled_is_read_anew(catalogue: Path, settings) -> None:
    settings.LOCALE_PATHS = [str(catalogue.parent.parent.parent)]
    see_catalogues(catalogue.parent.parent.parent)
    before = _latvian("Open")
    catalogue.write_text(CATALOGUE.replace('"Atvērt"', '"Vaļā"'), encoding="utf-8")
    later = catalogue.stat().st_mtime_ns + 1_000_000_000
    os.utime(catalogue, ns=(later, later))

    unseen = _latvian("Open")
    see_catalogues(catalogue.parent.parent.parent)

    assert (before, unseen, _latvian("Open")) == ("Atvērt", "Atvērt", "Vaļā")


def _latvian(message: str) -> str:
    with translation.override("lv"):
        return translation.gettext(message)


def test_a_folder_that_may_not_be_written_is_said_so_where_nothing_is_made(monkeypatch, capsys) -> None:
    def refuse() -> None:
        raise PermissionError(13, "Permission denied", "django.mo")

    monkeypatch.setattr(catalogues, "compile_all", refuse)
    monkeypatch.setenv("VIIS_NO_BOOTSTRAP", "1")

    compile_translations()

    assert capsys.readouterr().err.startswith("The translations could not be compiled:")
    monkeypatch.delenv("VIIS_NO_BOOTSTRAP")
    with pytest.raises(PermissionError):
        compile_translations()


def test_the_same_catalogue_gives_the_same_bytes(catalogue: Path) -> None:
    assert compiled(entries(catalogue)) == compiled(list(reversed(entries(catalogue))))


def test_a_line_that_is_none_is_named(catalogue: Path) -> None:
    catalogue.write_text('msgid "Open"\nmsgstr Atvērt\n', encoding="utf-8")

    with pytest.raises(ValueError, match=r"django\.po:2: not a line of a catalogue"):
        entries(catalogue)


@pytest.mark.parametrize(
    ("file", "text", "fault"),
    [
        ("cases/a.py", 'title = _("Missing")', "cases/a.py:1: 'Missing' is not in the catalogue"),
        ("cases/a.py", 'title = gettext_lazy("Perhaps")', "cases/a.py:1: 'Perhaps' is marked fuzzy"),
        ("templates/a.html", "{% load i18n %}{% translate 'Missing' %}", "'Missing' is not in the catalogue"),
        (
            "templates/a.html",
            "{% load i18n %}{% blocktranslate %}No {{ n }}{% endblocktranslate %}",
            "'No %(n)s' is not",
        ),
        ("templates/a.html", "{% load i18n %}{{ _('Missing') }}", "'Missing' is not in the catalogue"),
    ],
)
def test_a_message_without_its_latvian_is_named(
    catalogue: Path, tmp_path: Path, file: str, text: str, fault: str
) -> None:
    place = tmp_path / file
    place.parent.mkdir(exist_ok=True)
    place.write_text(text, encoding="utf-8")

    (found,) = faults(tmp_path, catalogue)

    assert fault in found


def test_translated_messages_are_no_fault(catalogue: Path, tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "a.py").write_text(
        '_("Open"); pgettext("a shop", "Open"); ngettext("%(n)s task", "%(n)s tasks", n); _(variable)'
    )

    assert faults(tmp_path, catalogue) == []


def test_every_message_of_the_product_has_its_latvian() -> None:
    assert faults(ROOT, ROOT / "locale" / "lv" / "LC_MESSAGES" / "django.po") == []
