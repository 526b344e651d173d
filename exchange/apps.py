"""Tells Django about `exchange`, and cases whom to tell when one moves."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """The application `exchange`."""

    name = "exchange"

    def ready(self) -> None:
        """Let webhooks follow the cases."""
        # Job handlers and the kind of message also register by being imported.
        from cases import events
        from exchange import privacy
        from exchange.webhooks import audience, delivering, telling

        del telling, delivering, privacy
        events.subscribe(audience.on_case_moved)
