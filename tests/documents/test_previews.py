"""The first page as a picture: drawn apart, once, for whoever may read the file, and nothing but dots."""

import io

import pytest
from PIL import Image

from accounts.scope import scope_of
from cases.documents import newest, store
from cases.errors import NotFound
from cases.models import AuditEntry, Document, Preview
from cases.previews import preview
from cases.previews.making import draw
from engine import clock
from tests.access_request.conftest import actor, request
from tests.documents.test_uploads import JPEG, pdf, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def head():
    return lambda: scope_of(actor("ilze.piemere"), at=clock.now())


def given(walk, content, content_type, name):
    return store(
        walk.case,
        kind="upload.file",
        title_lv="Datne",
        title_en="File",
        file_name=name,
        content=content,
        author="ilze.piemere",
        now=clock.now(),
        natural_key=name,
        content_type=content_type,
    )


def test_a_letter_is_drawn_once_and_each_look_is_recorded(walk, head):
    walk.do("fill_request", "ilze.piemere", **request())
    letter = newest(walk.case, "access.application")

    sha256, first = preview(head(), letter.public_id)
    kept = Preview.objects.get()
    _sha256, second = preview(head(), letter.public_id)

    assert (sha256, first) == (letter.blob_id, second)
    assert kept.blob_id == letter.blob_id
    with Image.open(io.BytesIO(first)) as image:
        assert (image.format, image.size) == ("PNG", (640, 906))
    looks = AuditEntry.objects.filter(object=f"document:{letter.public_id}", action="read")
    assert [one.fields["as"] for one in looks] == ["preview", "preview"]


def test_who_may_not_read_the_file_sees_no_picture_of_it(walk, other_head):
    walk.do("fill_request", "ilze.piemere", **request())
    letter = newest(walk.case, "access.application")

    with pytest.raises(NotFound):
        preview(scope_of(actor(other_head), at=clock.now()), letter.public_id)

    assert not Preview.objects.exists()


def test_a_picture_is_drawn_anew_without_what_it_carried(walk, head):
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    target = io.BytesIO()
    Image.new("RGB", (3000, 100), "red").save(target, "JPEG", exif=exif)
    document = given(walk, target.getvalue(), "image/jpeg", "a.jpg")

    _sha256, drawn = preview(head(), document.public_id)

    assert b"secret" in target.getvalue()
    assert b"secret" not in drawn
    with Image.open(io.BytesIO(drawn)) as image:
        assert (image.format, image.size, dict(image.info)) == ("PNG", (640, 21), {})


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (pdf()[:200], "application/pdf"),
        (JPEG[:40], "image/jpeg"),
        (picture("PNG", (8000, 8000)), "image/png"),
        (b"", "application/pdf"),
    ],
)
def test_what_cannot_be_drawn_has_no_picture_and_is_not_tried_again(walk, head, content, content_type):
    document = given(walk, content, content_type, "a.bin")

    with pytest.raises(NotFound):
        preview(head(), document.public_id)

    assert bytes(Preview.objects.get().content) == b""
    with pytest.raises(NotFound):
        preview(head(), document.public_id)
    assert Document.objects.filter(pk=document.pk).exists()


def test_a_container_has_no_picture():
    assert draw(b"PK\x03\x04", "application/vnd.etsi.asic-e+zip") == b""
