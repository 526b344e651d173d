"""The scanner port: with a scanner nobody opens what it has not passed; without one the settings decide."""

import socket
import struct
import threading
from contextlib import contextmanager

import pytest

from accounts.scope import scope_of
from cases.documents import attach, newest, read
from cases.errors import FileHarmful, FileNotChecked
from cases.models import Blob
from cases.previews import preview
from cases.scanning import SCAN, ScannerFailed, scan
from engine import clock, jobs
from engine.models import Wait
from tests.access_request.conftest import actor, request
from tests.documents.test_uploads import pdf

pytestmark = pytest.mark.django_db


@contextmanager
def clamd(answer):
    """A scanner that reads one stream as clamd does, gives its answer, and remembers what it read."""
    server = socket.create_server(("127.0.0.1", 0))
    read_parts = []

    def serve():
        line, _address = server.accept()
        with line, line.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            while size := struct.unpack("!I", stream.read(4))[0]:
                read_parts.append(stream.read(size))
            line.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"clamd://127.0.0.1:{server.getsockname()[1]}", read_parts
    finally:
        thread.join(5)
        server.close()


@pytest.fixture
def uploaded(walk, settings):
    """A file that the head attached while a scanner was configured."""
    settings.SCANNER = "clamd://127.0.0.1:9"
    task = walk.task("fill_request")
    return attach(
        walk.case,
        task=task,
        field="file",
        title_lv="Datne",
        title_en="File",
        name="a.pdf",
        content=pdf(),
        author=actor("ilze.piemere"),
        now=clock.now(),
    )


def open_it(document):
    return read(scope_of(actor("ilze.piemere"), at=clock.now()), document.public_id)[1]


def test_what_waits_for_the_scanner_is_not_opened_and_then_it_is(uploaded, settings):
    with pytest.raises(FileNotChecked):
        open_it(uploaded)
    with pytest.raises(FileNotChecked):
        preview(scope_of(actor("ilze.piemere"), at=clock.now()), uploaded.public_id)

    with clamd(b"stream: OK\0") as (address, seen):
        settings.SCANNER = address
        jobs.run_due("test", until_empty=True)

    assert b"".join(seen) == pdf()
    assert open_it(uploaded) == pdf()
    assert Blob.objects.get(pk=uploaded.blob_id).scan == "clean"


def test_what_the_scanner_finds_nobody_opens(uploaded, settings):
    with clamd(b"stream: Eicar-Test-Signature FOUND\0") as (address, _seen):
        settings.SCANNER = address
        jobs.run_due("test", until_empty=True)

    with pytest.raises(FileHarmful):
        open_it(uploaded)
    settings.SCANNER = ""
    with pytest.raises(FileHarmful):
        open_it(uploaded)


def test_a_scanner_that_does_not_answer_is_asked_again_and_the_file_stays_shut(uploaded):
    jobs.run_due("test", until_empty=True)

    assert Wait.objects.get(topic=SCAN).attempts == 1
    with pytest.raises(FileNotChecked):
        open_it(uploaded)


def test_an_answer_that_says_nothing_is_no_pass(settings):
    with clamd(b"INSTREAM size limit exceeded. ERROR\0") as (address, _seen):
        settings.SCANNER = address
        with pytest.raises(ScannerFailed):
            scan(b"x" * 200_000)


def test_without_a_scanner_the_settings_decide(uploaded, settings):
    settings.SCANNER = ""
    settings.UNSCANNED_ALLOWED = True
    assert open_it(uploaded) == pdf()

    settings.UNSCANNED_ALLOWED = False
    with pytest.raises(FileNotChecked):
        open_it(uploaded)


def test_letters_of_ours_need_no_scanner(walk, settings):
    settings.SCANNER = "clamd://127.0.0.1:9"
    walk.do("fill_request", "ilze.piemere", **request())

    assert open_it(newest(walk.case, "access.application")).startswith(b"%PDF-")
