"""How long the law has a closed case kept, as far as the ministry has said so."""

from datetime import datetime

from django.db.models import Q

from cases.models import Case, RetentionRule


def years_before(now: datetime, years: int) -> datetime:
    """The same day of an earlier year; the 28th of February for the 29th."""
    try:
        return now.replace(year=now.year - years)
    except ValueError:
        return now.replace(year=now.year - years, day=28)


def basis_to_keep(case: Case, now: datetime) -> str:
    """The legal basis by which a closed case is still to be kept; empty if no rule says so."""
    rule = RetentionRule.objects.filter(~Q(legal_basis=""), process_key=case.process_key).first()
    if rule is None or case.closed_at is None or case.closed_at < years_before(now, rule.years):
        return ""
    return rule.legal_basis
