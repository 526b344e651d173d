"""Which files may come in; each failure has a code of its own."""

import io

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from cases.forms.messages import WORDS
from cases.pdf import Letter, Text, render
from cases.uploads import ASICE, LARGEST, UploadRefused, check_upload, safe_file_name
from tests.signatures.conftest import container


def picture(kind, size=(40, 30)):
    target = io.BytesIO()
    Image.new("1", size, 1).convert("L" if kind == "JPEG" else "1").save(target, kind)
    return target.getvalue()


PNG = picture("PNG")
JPEG = picture("JPEG")


def pdf(change=None):
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    if change:
        change(writer)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def script(writer):
    action = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject("app.alert(1)")}
    writer._root_object[NameObject("/OpenAction")] = DictionaryObject(
        {NameObject(key): value for key, value in action.items()}
    )


def launch(writer):
    action = DictionaryObject(
        {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("a")}
    )
    writer._root_object[NameObject("/OpenAction")] = action


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("iesniegums.pdf", pdf(), "application/pdf"),
        ("IESNIEGUMS.PDF", pdf(), "application/pdf"),
        ("skats.png", PNG, "image/png"),
        ("foto.jpeg", JPEG, "image/jpeg"),
        ("iesniegums.edoc", container({"a.txt": b"x"}), ASICE),
        ("iesniegums.asice", container(), ASICE),
    ],
)
def test_what_is_taken(name, content, expected):
    assert check_upload(name, content) == expected


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.exe", b"MZ", "file_type"),
        ("a", pdf(), "file_type"),
        ("a.pdf", b"", "file_empty"),
        ("a.pdf", b"x" * (LARGEST + 1), "file_too_large"),
        ("a.pdf", PNG, "file_mismatch"),
        ("a.png", pdf(), "file_mismatch"),
        ("a.pdf", b"%PDF-1.7 nothing", "file_damaged"),
        ("a.pdf", pdf()[:200], "file_damaged"),
        ("a.png", PNG[:30], "file_damaged"),
        ("a.png", PNG[:-8], "file_damaged"),
        ("a.png", PNG.replace(b"IDAT", b"IDAX"), "file_damaged"),
        ("a.png", picture("PNG", (8000, 8000)), "image_limits"),
        ("a.jpg", JPEG[:20], "file_damaged"),
        ("a.pdf", pdf(script), "file_active"),
        ("a.pdf", pdf(lambda writer: writer.add_attachment("b.txt", b"x")), "file_active"),
        ("a.pdf", pdf(launch), "file_active"),
        ("a.pdf", pdf(lambda writer: writer.encrypt("secret")), "file_encrypted"),
        ("a.edoc", container(mimetype="application/zip"), "file_mismatch"),
        ("a.edoc", container(signatures=None), "container_unsigned"),
        ("a.edoc", container()[:-30], "file_damaged"),
        ("a.edoc", container({"../../etc/passwd": b"x"}), "archive_limits"),
    ],
)
def test_what_is_refused_and_why(name, content, code):
    with pytest.raises(UploadRefused) as caught:
        check_upload(name, content)

    assert caught.value.code == code
    assert len(WORDS[code]) == 2


def test_a_letter_of_ours_is_an_acceptable_upload():
    letter = Letter("A", (), "B", "C", (), "D", (Text("E"),))

    assert check_upload("lemums.pdf", render(letter)) == "application/pdf"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("..\\..\\evil.pdf", "evil.pdf"),
        ("/etc/passwd", "passwd"),
        ('a"b\r\n;c.pdf', "a_b_c.pdf"),
        ("Iesniegums Jānim (2).pdf", "Iesniegums Jānim (2).pdf"),
        ("x" * 500 + ".pdf", "x" * 120 + ".pdf"),
        ("...", "datne"),
    ],
)
def test_file_names_carry_no_path_and_no_control_characters(name, expected):
    assert safe_file_name(name) == expected
