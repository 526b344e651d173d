"""The message to whoever made a subscription that nothing is sent any more."""

from datetime import datetime
from typing import Final

from cases.notifications import MessageContext, Words, message_kind, notify
from exchange.models import WebhookSubscription

STOPPED: Final = "webhooks.stopped"


@message_kind(STOPPED, lv="Sasaiste ir apturēta", en="A connection was stopped")
def webhook_stopped(context: MessageContext) -> Words:  # noqa: ARG001 (it names no case and no address)
    """A connection to another system was stopped."""
    return Words(
        subject_lv="Sasaiste ar citu sistēmu ir apturēta",
        subject_en="A connection to another system was stopped",
        body_lv=(
            "Viena no jūsu izveidotajām sasaistēm ar citām sistēmām ir apturēta: adrese vairākas dienas neko "
            "nepieņēma, vai arī jums vairs nav tai vajadzīgās lomas. Iemesls redzams lapas “Mans konts” "
            "sadaļā “Sasaistes ar citām sistēmām”. Kad iemesls novērsts, sasaisti tur var atsākt un to, kas "
            "palika nenosūtīts, nosūtīt vēlreiz."
        ),
        body_en=(
            "One of the connections to other systems that you made was stopped: its address accepted nothing "
            "for several days, or you no longer hold the role for it. The reason stands on the page “My "
            "account” under “Connections to other systems”. When it is gone, start the connection there "
            "again and have what was left unsent sent again."
        ),
    )


def tell_of_stop(subscription: WebhookSubscription, why: str, *, now: datetime) -> None:
    """Once per subscription, reason and version of it."""
    notify(
        None,
        kind=STOPPED,
        recipient_id=subscription.created_by.person_id,
        natural_key=f"{STOPPED}:{subscription.pk}:{subscription.version}:{why}",
        now=now,
    )
