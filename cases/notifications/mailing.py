"""Hands mails to the mail backend: their key, their language, and how to get fewer of them."""

from django.conf import settings
from django.core.mail import EmailMessage

from accounts.models import User
from cases import addresses
from registries.models import Person


def send_mail(
    to: str, subject: str, text: str, *, key: str, language: str = "lv", unsubscribe: str = ""
) -> None:
    """One mail; `key` lets a mail server drop a repeat, `unsubscribe` is where these mails are stopped."""
    host = settings.BASE_URL.split("//", 1)[-1].split("/", 1)[0].split(":", 1)[0]
    headers = {"Message-ID": f"<{key}@{host}>", "Content-Language": language}
    if unsubscribe:
        # One click in the mail program, without signing in (RFC 8058).
        headers["List-Unsubscribe"] = f"<{unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        text += footer(unsubscribe, language)
    EmailMessage(subject=" ".join(subject.split()), body=text, to=[to], headers=headers).send()


def footer(unsubscribe: str, language: str) -> str:
    """How to get these mails less often, or no more."""
    wishes = addresses.of_message_wishes()
    if language == "en":
        return (
            f"\n--\nChoose which messages come by mail: {wishes}\nStop mails like this one: {unsubscribe}\n"
        )
    return (
        f"\n--\nIzvēlēties, kuras ziņas saņemt e-pastā: {wishes}\n"
        f"Vairs nesaņemt šādas ziņas e-pastā: {unsubscribe}\n"
    )


def language_of(person: Person) -> str:
    """The language that the person chose as a user, else Latvian."""
    chosen = User.objects.filter(person=person).values_list("language", flat=True).first()
    return chosen or "lv"
