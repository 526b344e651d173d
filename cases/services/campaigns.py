"""Asks for a campaign, and starts its process in institution after institution, up to a hundred at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from accounts.actors import Actor
from accounts.scope import Scope
from cases import campaigns, permissions
from cases.batch_kinds import batch_kind_together
from cases.campaigns import KIND
from cases.errors import CaseError, FieldError, FormInvalid, NotAllowed, NotFound, Refused
from cases.models import Batch, BatchItem, Case
from engine import catalog
from engine.errors import DefinitionNotFound
from engine.models import ProcessDefinition
from engine.services import MOST
from registries.models import Organisation
from registries.models.organisations import INSTITUTION_KINDS
from registries.querysets import OrganisationQuerySet

from .acting import act, begin
from .batches import Target, Wanted, ask_batch
from .start_many import Begin, start_many

NO_DAY: Final = FieldError(
    "due", "required", "Norādiet pēdējo dienu, līdz kurai jāatbild.", "Give the last day to answer."
)
PAST_DAY: Final = FieldError(
    "due", "in_past", "Pēdējā diena nevar būt agrāka par rītdienu.", "The last day cannot be before tomorrow."
)
NOBODY: Final = FieldError(
    "kinds",
    "nobody",
    "Nav nevienas iestādes, kurā šo procesu varētu sākt. Mainiet atlasi.",
    "There is no institution in which this process could be started. Change the selection.",
)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which institutions of the register: of these kinds, in these municipalities, of this founder.

    What is empty selects all. Organisations are public ids.
    """

    kinds: tuple[str, ...] = ()
    municipalities: tuple[UUID, ...] = ()
    founder: UUID | None = None

    @property
    def arguments(self) -> dict[str, Any]:
        """As the campaign keeps it."""
        return {
            "kinds": list(self.kinds),
            "municipalities": [str(one) for one in self.municipalities],
            "founder": str(self.founder) if self.founder else "",
        }


def campaign_process(process_key: str, scope: Scope) -> ProcessDefinition:
    """The version that a campaign of this process would start. NotFound, NotAllowed."""
    try:
        row = catalog.current(process_key)
    except DefinitionNotFound:
        raise NotFound from None
    definition = catalog.definition(row.pk)
    if not campaigns.roles_of(definition):
        raise NotFound
    reason = permissions.against_campaign(definition, scope)
    if reason is not None:
        raise NotAllowed(reason)
    return row


def selected(scope: Scope, selection: Selection) -> OrganisationQuerySet[Organisation]:
    """The institutions within reach that the selection means, closed ones too, in a fixed order."""
    found = Organisation.objects.visible_to(scope).filter(kind__in=INSTITUTION_KINDS)
    if selection.kinds:
        found = found.filter(kind__in=selection.kinds)
    if selection.municipalities:
        found = found.filter(municipality__public_id__in=selection.municipalities)
    if selection.founder is not None:
        found = found.filter(founder__public_id=selection.founder)
    return found.select_related("municipality").order_by("pk")


def start_campaign(
    process_key: str,
    selection: Selection,
    *,
    user: Actor,
    reason: str,
    due: date | None = None,
    idempotency_key: str = "",
) -> Batch:
    """Ask for this process in every selected institution that is not left out; a job starts the cases.

    `due` is the last day to answer, where the process counts to it. The same key gives the same campaign.
    NotFound, NotAllowed, FormInvalid, KeyReused.
    """
    with act(user, "campaign.start", f"process:{process_key}"[:100]):
        begun = begin(user)
        row = campaign_process(process_key, begun.scope)
        asks_day = campaigns.has_last_day(catalog.definition(row.pk))
        _refuse_day(due, asks_day, begun.scope.day)
        organisations = list(selected(begun.scope, selection))
        out = campaigns.left_out(process_key, organisations, begun.now)
        arguments = selection.arguments | ({"due": due.isoformat()} if asks_day and due else {})
        before = _asked_before(user, idempotency_key)
        targets = [
            Target(key=str(one.pk), told={"organisation": one.name})
            for one in organisations
            if one.pk not in out
        ]
        if not targets and not before:
            raise FormInvalid((NOBODY,))
        wanted = Wanted(KIND, reason, row.key, arguments, key=idempotency_key)
        return ask_batch(wanted, targets, user=user, begun=begun)


def _asked_before(user: Actor, key: str) -> bool:
    return bool(key) and Batch.objects.filter(asked_by=user.user_id, key=key).exists()


def _refuse_day(due: date | None, asks_day: bool, today: date) -> None:
    if not asks_day:
        return
    if due is None:
        raise FormInvalid((NO_DAY,))
    if due <= today:
        raise FormInvalid((PAST_DAY,))


@batch_kind_together(
    KIND,
    most=MOST,
    title=("Procesa sākšana iestādēs", "Starting a process in institutions"),
    against=permissions.against_any_campaign,
)
def start_cases(batch: Batch, items: Sequence[BatchItem], user: Actor) -> Mapping[int, CaseError]:
    """Start the cases of these items in one transaction; those refused, by the item's id, with why.

    Who asked must still be allowed to. What the campaign has started before is done.
    """
    with act(user, "campaign.start", f"batch:{batch.public_id}"):
        begun = begin(user)
        row = campaign_process(batch.process_key, begun.scope)
        found = _locked([int(item.key) for item in items], begun.scope)
        key = campaigns.key_of(batch.public_id)
        before = _started(batch.process_key, key, found)
        asked = [one for pk, one in found.items() if pk not in before]
        out = campaigns.left_out(row.key, asked, begun.now)
        todo = [one for one in asked if one.pk not in out]
        started = start_many(Begin(row, user, begun.now, key), todo) if todo else {}
        refused: dict[int, CaseError] = {}
        for item in items:
            pk = int(item.key)
            case = before.get(pk) or started.get(pk)
            if case is not None:
                item.instance_id = case.instance_id
            else:
                left = out.get(pk, campaigns.GONE)
                refused[item.pk] = Refused(left.code, left.words)
        return refused


def _locked(ids: Sequence[int], scope: Scope) -> dict[int, Organisation]:
    """The institutions, locked: their rows order two starts at once."""
    rows = Organisation.objects.visible_to(scope).select_for_update(of=("self",)).filter(pk__in=ids)
    return {one.pk: one for one in rows.order_by("pk")}


def _started(process_key: str, key: str, found: Mapping[int, Organisation]) -> dict[int, Case]:
    cases = Case.objects.filter(
        process_key=process_key, organisation__in=found, applicant=None, start_key=key
    )
    return {case.organisation_id: case for case in cases}
