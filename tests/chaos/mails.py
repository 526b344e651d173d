"""Whether every mail that the rows tell of has come, and none that they do not tell of.

A mail leaves the database, so a worker killed between the mail and the row sends it again: with the same key,
or, where it holds a one-time link, with a new link that replaces the one before. More often than its job was
begun it may not come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from accounts.models import Activation
from cases.models import Message, MessageDigest, TaskLink
from engine.models import Wait

MAIL, LINK, INVITATION = "notifications.mail", "links.invite", "accounts.invite"
DIGEST = "notifications.digest"


def mail_problems(mails: Counter[str]) -> Iterator[str]:
    """One sentence for every mail that is lost, unasked for, or there more often than it was tried."""
    yield from _messages(mails)
    yield from _links(mails)
    yield from _invitations(mails)
    yield from _digests(mails)
    known = ("message-", "link-", "invitation-", "digest-")
    for key in mails:
        if not key.startswith(known):
            yield f"nobody asked for the mail {key}"


def repeats(mails: Counter[str]) -> int:
    """How many mails came once more: by a worker that was killed after the mail and before the row."""
    jobs = Wait.objects.filter(topic__in=(LINK, INVITATION), status="done").count()
    at_once = Message.objects.filter(delivery="at_once", sent_at__isnull=False)
    messages = at_once.exclude(kind__in=(LINK, INVITATION)).count()
    digests = MessageDigest.objects.filter(sent_at__isnull=False).count()
    return mails.total() - jobs - messages - digests


def _messages(mails: Counter[str]) -> Iterator[str]:
    tries = _tries(MAIL, "message")
    rows = Message.objects.exclude(kind__in=(LINK, INVITATION))
    found = rows.values_list("public_id", "pk", "recipient__email", "delivery")
    written = {
        f"message-{public_id}": (key, bool(address) and delivery not in ("digest", "app"))
        for public_id, key, address, delivery in found
    }
    for name, (key, is_mailed) in written.items():
        if is_mailed != bool(mails[name]) or mails[name] > tries[key]:
            yield f"message {key} came {mails[name]} times, and was begun {tries[key]} times"
    for name in mails:
        if name.startswith("message-") and name not in written:
            yield f"the mail {name} came, and no message is there"


def _links(mails: Counter[str]) -> Iterator[str]:
    tries = _tries(LINK, "task")
    links = list(TaskLink.objects.values_list("pk", "task", "voided_at"))
    yield from _with_links(mails, "link", links, tries)


def _invitations(mails: Counter[str]) -> Iterator[str]:
    tries = _tries(INVITATION, "user")
    links = list(Activation.objects.values_list("pk", "user", "voided_at"))
    yield from _with_links(mails, "invitation", links, tries)


def _with_links(
    mails: Counter[str], kind: str, links: list[tuple[int, int, object]], tries: Counter[int]
) -> Iterator[str]:
    """Each link is in at most one mail, the one that works is in one; all are no more than were begun."""
    known = {f"{kind}-{key}" for key, _, _ in links}
    for name in mails:
        if name.startswith(f"{kind}-") and name not in known:
            yield f"the mail {name} came, and no link is there"
    for key, _, voided_at in links:
        came = mails[f"{kind}-{key}"]
        if came > 1 or (voided_at is None and came != 1):
            yield f"the mail {kind}-{key} came {came} times"
    made = Counter(owner for _, owner, _ in links)
    for owner in {*made, *tries}:
        if not 1 <= made[owner] <= tries[owner]:
            yield f"{made[owner]} links of {kind} {owner} were made, and begun {tries[owner]} times"


def _digests(mails: Counter[str]) -> Iterator[str]:
    made = {
        f"digest-{public_id}": bool(sent_at)
        for public_id, sent_at in MessageDigest.objects.values_list("public_id", "sent_at")
    }
    for name in mails:
        if name.startswith("digest-") and name not in made:
            yield f"the mail {name} came, and no digest is there"
    for name, is_sent in made.items():
        if is_sent and not mails[name]:
            yield f"the mail {name} came 0 times"


def _tries(topic: str, argument: str) -> Counter[int]:
    """How often the jobs of a topic were begun, by what they are about."""
    found: Counter[int] = Counter()
    for arguments, attempts in Wait.objects.filter(topic=topic).values_list("arguments", "attempts"):
        found[arguments[argument]] += attempts
    return found
