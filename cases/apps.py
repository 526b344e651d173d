"""Tells Django about `cases`, and the engine whom to call."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The application `cases`."""

    name = "cases"

    def ready(self) -> None:
        """Let the engine count deadlines here, and let cases follow their processes."""
        # All of them also register by being imported: job handlers, kinds of message, sources of forms.
        from cases import (
            batches,
            bulk,
            campaigns,
            clocks,
            deadlines,
            due_dates,
            forms,
            invariants,
            links,
            notifications,
            privacy,
            purging,
            reactions,
            recounting,
            repairing,
            retention,
            sealing,
            usual_times,
        )
        from cases.services import campaigns as campaign_starts
        from cases.services import migrating, suspending, sweeping
        from cases.services.beginning import start_by_event
        from engine import events, profile, triggers
        from engine.core.waits import Before, Half
        from engine.invariants import add_invariants

        del batches, bulk, campaign_starts, forms, privacy, purging, recounting, repairing, retention
        del migrating, sealing, suspending, sweeping, usual_times
        due_dates.install()
        triggers.register_starter(start_by_event)
        # First the case itself, so that the others find it.
        events.subscribe(reactions.on_step)
        events.subscribe(links.invite_to_opened)
        events.subscribe(notifications.tell_of_opened)
        events.on_reminder(reactions.on_reminder)
        events.on_escalation(reactions.on_escalation)
        add_invariants(invariants.invariants)
        profile.register_property(campaigns.ROLES, on=[profile.PROCESS])
        profile.register_property("case:prefix", on=[profile.PROCESS, "startEvent"])
        profile.register_deadlines(deadlines.names)
        profile.register_watch(profile.Watch((Half(), Before(1)), escalates=True))
        profile.register_property(clocks.DEADLINE, on=[profile.PROCESS], deadline=True)
        profile.register_property(clocks.STOPS, on=["userTask"], flag=True)
        profile.register_property("decides", on=["userTask"], flag=True)
        profile.register_property("not_by_subject", on=["userTask"], flag=True)
        profile.register_property("announce", on=["userTask"], flag=True)
