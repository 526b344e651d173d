"""Every message can be found again by its reader, in the words that were sent, and by nobody else."""

from __future__ import annotations

from uuid import uuid4

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import AuditEntry, Case, Message
from cases.queries.timeline import timeline
from cases.services.messages import erase_words
from tests.cases.people import World
from tests.messages.conftest import Tell, signed_in, text


def test_the_menu_counts_what_is_unread_and_opening_reads(tell: Tell, world: World) -> None:
    message = tell("case.decided")
    head = signed_in("head")
    page = text(head.get(reverse("messages")))
    assert "<title>Ziņas (1) – VIIS</title>" in page
    assert 'Ziņas <span class="app-n">1</span>' in page

    opened = text(head.get(reverse("message", args=[message.public_id])))

    assert message.subject in opened
    assert "Nosūtīta e-pastā šodien" in opened
    assert f'href="http://127.0.0.1:8000/lietas/{message.case.public_id}/"' in opened
    assert "Viss ir izlasīts." in text(head.get(reverse("messages")))
    assert AuditEntry.objects.get(action="message.read").object == f"message:{message.public_id}"
    head.post(reverse("message_unread", args=[message.public_id]))
    assert Message.objects.get(pk=message.pk).read_at is None
    head.post(reverse("messages_read"))
    assert Message.objects.get(pk=message.pk).read_at is not None


def test_another_persons_message_is_not_there_even_for_who_sees_the_whole_state(
    tell: Tell, world: World
) -> None:
    message = tell("case.decided")

    for username in ("officer", "admin", "deputy", "stranger"):
        visitor = signed_in(username)
        page = text(visitor.get(reverse("messages")))
        assert message.subject not in page
        assert visitor.get(reverse("message", args=[message.public_id])).status_code == 404
        assert visitor.post(reverse("message_unread", args=[message.public_id])).status_code == 404

    assert signed_in("head").get(reverse("message", args=[uuid4()])).status_code == 404
    assert signed_in("head").get(reverse("message_digest", args=[uuid4()])).status_code == 404
    assert Message.objects.get(pk=message.pk).read_at is None
    refused = AuditEntry.objects.filter(action="refused", object=f"message:{message.public_id}")
    assert refused.filter(actor=f"user:{world.users['officer'].pk}").count() == 2


def test_search_folds_letters_and_is_recorded_with_what_it_found(tell: Tell, world: World) -> None:
    decided, closed = tell("case.decided"), tell("case.closed")
    head = signed_in("head")

    page = text(head.get(reverse("messages"), {"q": "PIENEMTS lemums"}))

    assert decided.subject in page
    assert closed.subject not in page
    found = AuditEntry.objects.get(action="search", object="messages")
    assert found.fields["found"] == [str(decided.public_id)]
    assert "lemums" not in str(found.fields)
    only = text(head.get(reverse("messages"), {"group": "cases", "unread": "1"}))
    assert closed.subject in only
    assert decided.subject not in only
    assert "Šādai atlasei nekas neatbilst" in text(head.get(reverse("messages"), {"q": "zzz"}))


def test_a_page_of_many_needs_as_many_statements_as_of_few(tell: Tell, world: World) -> None:
    tell()
    head = signed_in("head")

    def statements() -> int:
        head.get(reverse("messages"))
        with CaptureQueriesContext(connection) as met:
            assert head.get(reverse("messages")).status_code == 200
        return len(met)

    once = statements()
    for _ in range(30):
        tell("case.closed")

    assert statements() == once <= 16
    page = text(head.get(reverse("messages")))
    assert 'rel="next"' in page


def test_the_timeline_says_which_message(tell: Tell, case: Case) -> None:
    tell("case.decided")

    item = timeline(case).items[-1]
    assert (item.who, item.text_lv) == ("Ilze Paraugmāte", "saņēma ziņu “Pieņemts lēmums”.")
    assert item.text_en == "was sent the message “Decision”."


def test_only_who_got_a_message_is_led_to_it_from_the_case(tell: Tell, case: Case, world: World) -> None:
    message = tell("case.decided")
    address = reverse("message", args=[message.public_id])
    of_case = reverse("case", args=[case.public_id])

    assert f'href="{address}"' in text(signed_in("head").get(of_case))
    assert "saņēma ziņu “Pieņemts lēmums”." in text(signed_in("officer").get(of_case))
    assert address not in text(signed_in("officer").get(of_case))


def test_erased_words_are_gone_everywhere_and_do_not_come_back(tell: Tell, world: World) -> None:
    message = tell("case.decided")
    person = world.users["head"].person

    assert erase_words(person.pk) >= 1

    page = text(signed_in("head").get(reverse("message", args=[message.public_id])))
    assert "Šīs ziņas teksts ir dzēsts." in page
    kept = Message.objects.get(pk=message.pk)
    assert (kept.subject, kept.text, kept.search_key) == ("", "", "")
    assert kept.sent_at is not None
