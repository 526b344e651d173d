"""Campaigns beforehand: which processes, which institutions, who would be left out and why."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils import translation

from accounts.scope import Scope
from cases import audit, campaigns, permissions
from cases.models import Case
from cases.services.campaigns import Selection, campaign_process, selected
from engine import catalog, clock
from engine.models import ProcessDefinition
from registries.models import Organisation
from registries.models.organisations import INSTITUTION_KINDS

KINDS: Final = tuple(str(kind) for kind in INSTITUTION_KINDS)


@dataclass(frozen=True, slots=True)
class CampaignProcess:
    """A process that they may start in many institutions; `asks_day`: it counts to a last day."""

    key: str
    name_lv: str
    name_en: str
    asks_day: bool


@dataclass(frozen=True, slots=True)
class LeftOutGroup:
    """Institutions that are left out for one reason."""

    code: str
    because_lv: str
    because_en: str
    organisations: tuple[Organisation, ...]


@dataclass(frozen=True, slots=True)
class CampaignPreview:
    """What a campaign would do as things stand: where it would start, and who is left out and why."""

    process: CampaignProcess
    to_start: tuple[Organisation, ...]
    left_out: tuple[LeftOutGroup, ...]

    @property
    def by_kind(self) -> dict[str, int]:
        """How many of each kind it would start in, in the order of the kinds."""
        counted = dict.fromkeys(KINDS, 0)
        for one in self.to_start:
            counted[one.kind] += 1
        return {kind: many for kind, many in counted.items() if many}

    @property
    def many_left_out(self) -> int:
        """How many are left out."""
        return sum(len(group.organisations) for group in self.left_out)


@dataclass(frozen=True, slots=True)
class CampaignChoices:
    """What a selection can name: municipalities, and founders of institutions, by name."""

    municipalities: tuple[Organisation, ...]
    founders: tuple[Organisation, ...]


def campaign_processes(scope: Scope) -> tuple[CampaignProcess, ...]:
    """The processes that they may start in many institutions."""
    rows = catalog.all_current()
    return tuple(
        _process(row)
        for row in rows
        if permissions.against_campaign(catalog.definition(row.pk), scope) is None
    )


def campaign_choices(scope: Scope) -> CampaignChoices:
    """The municipalities and founders within reach."""
    organisations = Organisation.objects.visible_to(scope).order_by("sort_key", "pk")
    founded = Organisation.objects.filter(founder=OuterRef("pk"), kind__in=KINDS)
    return CampaignChoices(
        municipalities=tuple(organisations.filter(kind="municipality", status="active")),
        founders=tuple(organisations.filter(Exists(founded))),
    )


def campaign_preview(scope: Scope, process_key: str, selection: Selection) -> CampaignPreview:
    """What a campaign of this process would do now. NotFound, NotAllowed."""
    row = campaign_process(process_key, scope)
    organisations = list(selected(scope, selection).order_by("sort_key", "pk"))
    out = campaigns.left_out(row.key, organisations, clock.now())
    groups: dict[str, list[Organisation]] = {}
    for one in organisations:
        if one.pk in out:
            groups.setdefault(out[one.pk].code, []).append(one)
    words = {left.code: left for left in out.values()}
    audit.record_read(scope.actor, "campaign", {"process": row.key, "organisations": len(organisations)})
    return CampaignPreview(
        process=_process(row),
        to_start=tuple(one for one in organisations if one.pk not in out),
        left_out=tuple(
            LeftOutGroup(code, *_in_both_languages(words[code].words), tuple(found))
            for code, found in sorted(groups.items())
        ),
    )


def _process(row: ProcessDefinition) -> CampaignProcess:
    asks_day = campaigns.has_last_day(catalog.definition(row.pk))
    return CampaignProcess(row.key, row.name, row.name_en, asks_day)


def _in_both_languages(words: object) -> tuple[str, str]:
    said = []
    for language in ("lv", "en"):
        with translation.override(language):
            said.append(str(words))
    return said[0], said[1]


def finished_cases(scope: Scope, campaign: UUID, process_key: str) -> int:
    """How many of the cases that a campaign has started are closed or withdrawn."""
    cases = Case.objects.visible_to(scope).filter(
        process_key=process_key, applicant=None, start_key=campaigns.key_of(campaign)
    )
    return cases.filter(status__in=(Case.Status.CLOSED, Case.Status.WITHDRAWN)).count()
