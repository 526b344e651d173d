"""Cases that follow to another version: seen before, asked for, confirmed where one is moved, undone."""

from __future__ import annotations

import pytest

from accounts.actors import Actor
from cases.errors import FormInvalid, KeyReused, NotAllowed, Refused
from cases.models import AuditEntry, Batch, Case, Draft
from cases.queries.batches import batch_view
from cases.services.batches import cancel_batch, confirm_batch
from cases.services.holding import claim_task, save_draft
from cases.services.migrating import Chosen, ask_migration, ask_undoing, plan_migration
from cases.services.start import Started, start_case
from cases.services.suspending import suspend_case
from cases.services.tasks import Completed, complete_task
from engine import catalog, jobs
from engine.core.migrating import Verdict
from engine.invariants import all_invariants
from engine.models import ProcessDefinition, ProcessInstance, Task
from tests.cases.conftest import ASKED, PROCESSES, open_task
from tests.cases.people import World, grant, person, user
from tests.cases.unchanged import refused
from tests.engine import diagrams as d

REASON = "Jauna kārtība"
NOTHING = Chosen()


def changed(*pairs: tuple[str, str]) -> ProcessDefinition:
    """The next version of the request, with these words of its diagram replaced."""
    files = catalog.read_folder(PROCESSES / "request")
    text = files["request.bpmn"].decode()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return catalog.deploy({**files, "request.bpmn": text.encode()})


def run() -> None:
    jobs.run_due("test", until_empty=True)


def state(of: Completed) -> ProcessInstance:
    return ProcessInstance.objects.get(case__public_id=of.case_public_id)


def second_admin(world: World) -> Actor:
    grant(user("otra", person("Otra", "Pārzine")), "ministry_admin", world.ministry)
    return world.actor("otra")


def test_the_dry_run_groups_every_live_case_with_its_reasons_and_changes_nothing(
    world: World, submitted: Completed
) -> None:
    start_case("request", user=world.actor("head"), organisation=world.school)
    target = changed(("workdays(5)", "workdays(9)"))
    before = list(ProcessInstance.objects.order_by("id").values())

    plan = plan_migration("request", target.version, NOTHING, user=world.actor("admin"))

    found = {group.judgement.verdict: [one.kind for one in group.judgement.findings] for group in plan.groups}
    assert found == {Verdict.REARMED: ["due_changed"], Verdict.SAFE: []}
    assert (plan.count(), plan.count(Verdict.SAFE), plan.moves) == (2, 1, False)
    assert [(one.kind, one.element) for one in plan.changes[1]] == [("due_changed", "decide")]
    assert list(ProcessInstance.objects.order_by("id").values()) == before


def test_a_case_follows_with_its_task_its_person_and_its_draft_and_is_decided(
    world: World, submitted: Completed
) -> None:
    task = open_task(submitted)
    claim_task(task.public_id, user=world.actor("officer"))
    save_draft(task.public_id, user=world.actor("officer"), content={"decision": "grant"}, version=None)
    target = changed(("workdays(5)", "workdays(9)"))

    batch = ask_migration("request", target.version, NOTHING, user=world.actor("admin"), reason=REASON)
    run()

    after = Task.objects.get(pk=task.pk)
    assert (after.status, after.assignee) == ("open", "officer")
    assert after.due_at is not None
    assert task.due_at is not None
    assert after.due_at > task.due_at
    assert Draft.objects.get(task=task).content == {"decision": "grant"}
    assert state(submitted).definition_id == target.pk
    assert batch_view(world.scope("admin"), batch.public_id).done == 1
    entry = AuditEntry.objects.get(action="case.migrated")
    assert (entry.actor, entry.fields["way"]) == (world.key("admin"), "forth")
    assert REASON not in str(entry.fields)
    complete_task(task.public_id, user=world.actor("officer"), answers={"decision": "grant"})
    assert Case.objects.get(public_id=submitted.case_public_id).status == "closed"
    assert all_invariants() == []


def test_a_choice_that_moves_a_case_waits_for_another_person(world: World, submitted: Completed) -> None:
    target = changed(('"decide"', '"weigh"'))
    plan = plan_migration("request", target.version, NOTHING, user=world.actor("admin"))
    assert [group.judgement.verdict for group in plan.groups] == [Verdict.CHOICE]
    chosen = Chosen({"decide": "weigh"})

    batch = ask_migration("request", target.version, chosen, user=world.actor("admin"), reason=REASON)
    run()
    assert open_task(submitted).element == "decide"
    with refused(NotAllowed):
        confirm_batch(batch.public_id, user=world.actor("admin"))

    confirm_batch(batch.public_id, user=second_admin(world))
    run()

    assert open_task(submitted).element == "weigh"
    assert all_invariants() == []


def conditional(text: str) -> ProcessDefinition:
    """Two tasks; on the second a condition that takes it away for another."""
    who = "institution_head@${organisation}"
    files = d.process(
        "cond",
        *(d.start(), d.user("first", group=who), d.user("ask", group=who), d.user("other", group=who)),
        *(d.conditional("when", "ask", text), d.end(), d.end("over")),
        d.flows("start first ask end", "when other over"),
        organisation="int",
    )
    files["cond.bpmn"] = files["cond.bpmn"].replace(b"start:clerk", b"start:institution_head")
    return catalog.deploy(files)


def asking(world: World) -> Case:
    """A case at the task with the condition, which does not hold yet."""
    case = conditional_case(world)
    complete_task(task_of(case).public_id, user=world.actor("head"), answers={})
    return case


def conditional_case(world: World) -> Case:
    conditional("organisation &lt; 0")
    return start_case("cond", user=world.actor("head"), organisation=world.school).case


def task_of(case: Case) -> Task:
    return Task.objects.get(instance=case.instance_id, status="open")


def test_what_would_happen_at_once_waits_for_another_person_and_is_not_undone(world: World) -> None:
    case, target = asking(world), conditional("organisation &gt; 0")
    plan = plan_migration("cond", target.version, NOTHING, user=world.actor("admin"))
    assert [group.judgement.verdict for group in plan.groups] == [Verdict.CHOSEN]
    assert (plan.moves, plan.at_once) == (True, ("when",))

    batch = ask_migration("cond", target.version, NOTHING, user=world.actor("admin"), reason=REASON)
    run()
    assert task_of(case).element == "ask"
    assert batch.arguments["at_once"] == ["when"]

    confirm_batch(batch.public_id, user=second_admin(world))
    run()
    assert task_of(case).element == "other"
    undoing = ask_undoing(batch.public_id, user=world.actor("admin"), reason="Kļūda")
    confirm_batch(undoing.public_id, user=world.actor("otra"))
    run()
    assert undoing.items.get().code == "instance_moved"
    assert task_of(case).element == "other"
    assert all_invariants() == []


def test_what_would_happen_at_once_only_at_its_turn_is_refused_unconfirmed(world: World) -> None:
    case, target = conditional_case(world), conditional("organisation &gt; 0")
    batch = ask_migration("cond", target.version, NOTHING, user=world.actor("admin"), reason=REASON)
    assert not batch.needs_confirming
    complete_task(task_of(case).public_id, user=world.actor("head"), answers={})

    run()

    assert (batch.items.get().status, batch.items.get().code) == ("refused", "unconfirmed")
    assert task_of(case).element == "ask"


def test_a_case_that_rests_is_not_moved_and_is_told_to_go_on_first(world: World) -> None:
    admin = world.actor("admin")
    case, target = asking(world), conditional("organisation &gt; 0")
    batch = ask_migration("cond", target.version, NOTHING, user=admin, reason=REASON)
    suspend_case(case.public_id, user=admin, reason=REASON)
    plan = plan_migration("cond", target.version, NOTHING, user=admin)
    assert (plan.count(Verdict.BLOCKED), plan.moves, plan.at_once) == (1, False, ())

    confirm_batch(batch.public_id, user=second_admin(world))
    run()

    item = batch.items.get()
    assert (item.status, item.code) == ("refused", "must_go_on")
    assert "atsāciet" in item.because_lv
    assert task_of(case).element == "ask"
    assert ProcessInstance.objects.get(pk=case.instance_id).status == "suspended"


def test_undoing_brings_a_case_back_until_it_has_moved_on(world: World, submitted: Completed) -> None:
    started = start_case("request", user=world.actor("head"), organisation=world.school)
    assert started.task is not None
    target = changed(("workdays(5)", "workdays(9)"))
    due_at = open_task(submitted).due_at
    batch = ask_migration("request", target.version, NOTHING, user=world.actor("admin"), reason=REASON)
    run()
    complete_task(started.task.public_id, user=world.actor("head"), answers=ASKED)

    undoing = ask_undoing(batch.public_id, user=world.actor("admin"), reason="Kļūda")
    run()

    view = batch_view(world.scope("admin"), undoing.public_id)
    assert (view.done, view.refused) == (1, 1)
    assert undoing.items.get(status="refused").code == "instance_moved"
    assert (state(submitted).definition.version, open_task(submitted).due_at) == (1, due_at)
    assert all_invariants() == []


def test_an_undoing_that_was_stopped_can_be_asked_for_again(world: World, submitted: Completed) -> None:
    admin, target = world.actor("admin"), changed(("workdays(5)", "workdays(9)"))
    batch = ask_migration("request", target.version, NOTHING, user=admin, reason=REASON)
    run()
    first = ask_undoing(batch.public_id, user=admin, reason="Kļūda")
    assert ask_undoing(batch.public_id, user=admin, reason="Kļūda").pk == first.pk
    cancel_batch(first.public_id, user=admin)

    again = ask_undoing(batch.public_id, user=admin, reason="Tomēr kļūda")
    run()

    assert again.pk != first.pk
    assert state(submitted).definition.version == 1
    with refused(Refused):
        ask_undoing(batch.public_id, user=admin, reason="Trešo reizi")


def test_what_is_still_going_on_is_not_undone(world: World, submitted: Completed) -> None:
    admin, target = world.actor("admin"), changed(("workdays(5)", "workdays(9)"))
    batch = ask_migration("request", target.version, NOTHING, user=admin, reason=REASON)
    with refused(Refused):
        ask_undoing(batch.public_id, user=admin, reason="Kļūda")
    run()
    assert state(submitted).definition_id == target.pk


def test_other_values_under_the_same_key_are_another_request(world: World, submitted: Completed) -> None:
    kept = '<camunda:property name="var:organisation" value="int" />'
    target = changed((kept, f'{kept}<camunda:property name="var:level" value="int" />'))

    def ask(level: str) -> Batch:
        chosen = Chosen(values={"level": level})
        return ask_migration(
            "request", target.version, chosen, user=world.actor("admin"), reason=REASON, key="k"
        )

    one = ask("1")
    run()
    assert ask("1").pk == one.pk
    with refused(KeyReused):
        ask("2")


def test_what_changed_between_asking_and_its_turn_is_judged_again(world: World, submitted: Completed) -> None:
    started = start_case("request", user=world.actor("head"), organisation=world.school)
    assert started.task is not None
    target = changed(('"decide"', '"weigh"'))
    batch = ask_migration("request", target.version, NOTHING, user=world.actor("admin"), reason=REASON)
    assert batch.items.count() == 1
    complete_task(started.task.public_id, user=world.actor("head"), answers=ASKED)

    run()

    item = batch.items.get()
    assert (item.status, item.code) == ("refused", "element_gone")
    assert item.because_lv != item.because_en


@pytest.mark.parametrize("name", ["officer", "head", "auditor"])
def test_only_an_administrator_plans_and_asks_and_a_reason_is_needed(
    world: World, started: Started, name: str
) -> None:
    target = changed(("workdays(5)", "workdays(9)"))

    with refused(NotAllowed):
        plan_migration("request", target.version, NOTHING, user=world.actor(name))
    with refused(NotAllowed):
        ask_migration("request", target.version, NOTHING, user=world.actor(name), reason=REASON)
    with refused(FormInvalid):
        ask_migration("request", target.version, NOTHING, user=world.actor("admin"), reason="")
    assert Batch.objects.count() == 0


def test_a_task_done_before_can_still_be_read_when_its_element_is_gone(
    world: World, submitted: Completed
) -> None:
    from cases.queries.timeline import timeline

    target = changed(('"fill"', '"enter"'))
    ask_migration("request", target.version, NOTHING, user=world.actor("admin"), reason=REASON)
    run()
    assert state(submitted).definition_id == target.pk

    case = Case.objects.get(public_id=submitted.case_public_id)
    told = [item.text_lv for item in timeline(case).items]

    assert any("Aizpildīt" in text for text in told)
    assert any("2. versiju" in text for text in told)
