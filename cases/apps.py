"""Tells Django about `cases`, and the engine whom to call."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The application `cases`."""

    name = "cases"

    def ready(self) -> None:
        """Let the engine count deadlines here, and let cases follow their processes."""
        # Imported for what they register: job handlers, kinds of message, sources of forms.
        from cases import deadlines, forms, invariants, links, notifications, reactions
        from engine import events
        from engine.invariants import add_invariants

        del forms, links, notifications
        deadlines.install()
        events.subscribe(reactions.on_step)
        events.on_reminder(reactions.on_reminder)
        events.on_escalation(reactions.on_escalation)
        add_invariants(invariants.invariants)
