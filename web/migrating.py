"""Bringing running cases to another version of their process: what differs, what becomes of each, asking."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from cases import migration_words
from cases.errors import FormInvalid, Refused
from cases.queries.batches import BatchView, batch_view
from cases.queries.lists import cases_of_instances
from cases.services.batches import LONGEST_REASON
from cases.services.migrating import (
    KIND,
    UNDO,
    Chosen,
    Group,
    Plan,
    ask_migration,
    ask_undoing,
    plan_migration,
)
from engine import catalog
from engine.core.changes import Change, is_same_kind
from engine.core.definition import Definition
from engine.core.mapping import Finding
from engine.core.migrating import Verdict
from web import words
from web.batch_words import Told, tells_of
from web.pages import Problem, page, render, texts_by_target
from web.process_words import named
from web.processes import current
from web.repair_words import values_words
from web.visitors import Visitor

SHOWN: Final = 5
ELEMENT, VALUE = "element-", "value-"
_TAGS: Final = {
    Verdict.SAFE: "govuk-tag--line",
    Verdict.REARMED: "govuk-tag--line",
    Verdict.CHOSEN: "govuk-tag--turn",
    Verdict.CHOICE: "govuk-tag--turn",
    Verdict.BLOCKED: "govuk-tag--late",
}
_OF_VARIABLES: Final = ("value_needed", "value_given", "value_unfit", "variable_dropped")


@page
@require_http_methods(["GET", "POST"])
def migrate(request: HttpRequest, visitor: Visitor, key: str) -> HttpResponse:
    """The dry run with what differs and what needs a choice; then the asking, with a reason."""
    if not visitor.scope.can_admin:
        raise Http404
    row = current(key)
    version, chosen = _version(request, row.version), _chosen(request.POST)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST" and request.POST.get("act") == "ask":
        reason = request.POST.get("reason", "")
        try:
            batch = ask_migration(key, version, chosen, user=visitor.actor, reason=reason)
        except FormInvalid as refused:
            problems = tuple(Problem(words.pick(one, "message"), one.field) for one in refused.errors)
        except Refused as refused:
            messages.error(request, str(refused.message))
        else:
            return redirect("batch", batch.public_id)
    plan = plan_migration(key, version, chosen, user=visitor.actor)
    context = {
        "section": "processes",
        "row": row,
        "versions": [one.version for one in catalog.versions(key)],
        "version": version,
        "sentence": _sentence(plan),
        "going": plan.count(Verdict.SAFE, Verdict.REARMED, Verdict.CHOSEN),
        "moves": plan.moves,
        "differences": _differences(plan, key),
        "groups": _groups(plan, visitor),
        "choices": _choices(plan, key, chosen),
        "reason": request.POST.get("reason", ""),
        "problems": problems,
        "problems_title": _("There is a problem"),
        "errors": texts_by_target(problems),
    }
    return render(request, "migrate.html", context, status=422 if problems else 200)


@page
@require_POST
def undo(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """Asks that a migration be undone where its cases have not moved on, for the reason of the migration."""
    view = batch_view(visitor.scope, public_id)
    reason = _("Undoing: %(reason)s") % {"reason": view.reason}
    try:
        undoing = ask_undoing(public_id, user=visitor.actor, reason=reason[:LONGEST_REASON])
    except Refused as refused:
        messages.error(request, str(refused.message))
        return redirect("batch", public_id)
    return redirect("batch", undoing.public_id)


@tells_of(KIND)
@tells_of(UNDO)
def _told(view: BatchView, _visitor: Visitor) -> Told:
    process = catalog.current(view.process_key)
    label = _("Version moved to") if view.kind == KIND else _("Version that is left")
    told = [
        (_("Process"), process.name if words.is_latvian() else process.name_en),
        (label, str(view.arguments["version"])),
    ]
    chosen: Mapping[str, str] = view.arguments.get("elements", {})
    pairs = (
        f"{_known_name(view.process_key, gone)} → {_known_name(view.process_key, taken)}"
        for gone, taken in sorted(chosen.items())
    )
    at_once = (_known_name(view.process_key, one) for one in view.arguments.get("at_once", ()))
    more = ((_("Chosen instead"), "\n".join(pairs)), (_("Happens at once"), "\n".join(at_once)))
    return [*told, *values_words(view.values), *((name, text) for name, text in more if text)]


def _known_name(key: str, element: str) -> str:
    """The name of an element in the newest version that has it."""
    found = (catalog.definition(one.pk).elements.get(element) for one in catalog.versions(key))
    first = next((one for one in found if one is not None), None)
    return (named(first) if first else "") or element


def _version(request: HttpRequest, newest: int) -> int:
    text = request.POST.get("version") or request.GET.get("version") or str(newest)
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise Http404
    return int(text)


def _chosen(given: Mapping[str, str]) -> Chosen:
    def under(prefix: str) -> dict[str, str]:
        found = {
            name[len(prefix) :][:100]: text.strip() for name, text in given.items() if name.startswith(prefix)
        }
        return {name: text[:200] for name, text in found.items() if text}

    return Chosen(under(ELEMENT), under(VALUE))


def _sentence(plan: Plan) -> str:
    total = plan.count()
    if not total:
        return _("No open case is in another version.")
    going = plan.count(Verdict.SAFE, Verdict.REARMED, Verdict.CHOSEN)
    parts = [ngettext("%(n)s case can follow", "%(n)s cases can follow", going) % {"n": going}]
    if choice := plan.count(Verdict.CHOICE):
        parts.append(ngettext("%(n)s needs a choice", "%(n)s need a choice", choice) % {"n": choice})
    if blocked := plan.count(Verdict.BLOCKED):
        stays = ngettext("%(n)s stays in its version", "%(n)s stay in their version", blocked)
        parts.append(stays % {"n": blocked})
    return f"{', '.join(parts)}."


def _differences(plan: Plan, key: str) -> list[dict[str, Any]]:
    target = catalog.definition(plan.target.pk)
    return [
        {"version": version, "lines": [_difference(change, key, version, target) for change in changes]}
        for version, changes in sorted(plan.changes.items(), reverse=True)
    ]


def _difference(change: Change, key: str, version: int, target: Definition) -> dict[str, str]:
    told = str(migration_words.words_of_change(change))
    if change.kind.startswith(("variable_", "table_")):
        return {"name": change.element, "told": told}
    return {"name": _name(change.element, key, version, target), "told": told}


def _name(element: str, key: str, version: int, target: Definition) -> str:
    """The name of an element as the version that runs has it, else as the target has it."""
    source = next((one for one in catalog.versions(key) if one.version == version), None)
    found = catalog.definition(source.pk).elements.get(element) if source else None
    found = found or target.elements.get(element)
    return (named(found) if found else "") or element


def _groups(plan: Plan, visitor: Visitor) -> list[dict[str, Any]]:
    shown = [key for group in plan.groups for key in group.instances[:SHOWN]]
    cases = cases_of_instances(visitor.scope, shown)
    target = catalog.definition(plan.target.pk)
    return [_group(group, plan, cases, target) for group in plan.groups]


def _group(group: Group, plan: Plan, cases: Mapping[int, Any], target: Definition) -> dict[str, Any]:
    verdict = group.judgement.verdict
    listed = [cases[key] for key in group.instances[:SHOWN] if key in cases]
    more = len(group.instances) - len(listed)
    return {
        "verdict": migration_words.VERDICTS[verdict],
        "tag": _TAGS[verdict],
        "version": group.version,
        "count": len(group.instances),
        "reasons": [_reason(one, plan, group.version, target) for one in group.judgement.findings],
        "cases": [
            {"number": case.number, "address": reverse("case", args=[case.public_id])} for case in listed
        ],
        "more": ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more} if more else "",
    }


def _reason(finding: Finding, plan: Plan, version: int, target: Definition) -> dict[str, str]:
    name = finding.element
    if name and finding.kind not in _OF_VARIABLES:
        name = _name(name, plan.target.key, version, target)
    return {"name": name, "told": str(migration_words.words_of(finding))}


def _choices(plan: Plan, key: str, chosen: Chosen) -> list[dict[str, Any]]:
    """What is asked for: another element for each that is gone, a value for each new variable."""
    target = catalog.definition(plan.target.pk)
    found: dict[str, dict[str, Any]] = {}
    for group in plan.groups:
        for finding in group.judgement.findings:
            if finding.kind in ("element_gone", "moved", "target_unfit"):
                name = f"{ELEMENT}{finding.element}"
                found[name] = {
                    "name": name,
                    "label": _name(finding.element, key, group.version, target),
                    "options": _options(finding.element, key, group.version, target),
                    "value": chosen.elements.get(finding.element, ""),
                }
            elif finding.kind in ("value_needed", "value_given", "value_unfit"):
                name = f"{VALUE}{finding.element}"
                kind = target.variables.get(finding.element, "")
                value = chosen.values.get(finding.element, "")
                found[name] = {"name": name, "label": finding.element, "kind": kind, "value": value}
    return list(found.values())


def _options(element: str, key: str, version: int, target: Definition) -> Sequence[tuple[str, str]]:
    """The elements of the target that can take the place of one that is gone."""
    source = next(one for one in catalog.versions(key) if one.version == version)
    gone = catalog.definition(source.pk).elements[element]
    fits: Iterable[Any] = (
        one for one in target.elements.values() if is_same_kind(gone, one) and one.parent == gone.parent
    )
    return [(one.id, named(one) or one.id) for one in fits]
