"""Repairing in pages what stands inside one of several or in a called process."""

import pytest
from django.urls import reverse

from accounts.actors import actor_of
from accounts.models import RoleGrant
from cases.models import Batch, Case
from cases.services.start import start_case
from engine import catalog, handlers, jobs
from engine.models import Incident, RepairMade
from tests.engine import inside
from tests.web.conftest import text

WHY = "Reģistrs deva nepareizu skaitli."
GROUP = "institution_head@${organisation}"


def share(context):
    return {"share": 12 // (context.variables.get("by") or 0)}


def schools(_context):
    return {"schools": inside.SCHOOLS}


@pytest.fixture
def topics():
    handlers._handlers["test.web.share"] = handlers.Handler("test.web.share", share, "job", "by_hand")
    handlers._handlers["test.web.schools"] = handlers.Handler("test.web.schools", schools, "in_step", "safe")
    yield
    del handlers._handlers["test.web.share"], handlers._handlers["test.web.schools"]


def deploy(files):
    catalog.deploy(
        {name: one.replace(b"start:clerk", b"start:institution_head") for name, one in files.items()}
    )


def begun(key) -> Case:
    grant = RoleGrant.objects.get(user__username="ilze.piemere", role="institution_head")
    head = actor_of(grant.user, channel="page")
    case = start_case(key, user=head, organisation=grant.organisation).case
    jobs.run_due("test", until_empty=True)
    return case


@pytest.fixture
def each(seeded, db, topics) -> Case:
    """A case that has failed at the same step of each of three."""
    deploy(inside.divided_for_each("test.web.share", "test.web.schools", GROUP))
    return begun("dividing_each")


@pytest.fixture
def called(seeded, db, topics) -> Case:
    """A case that has failed in the process that it calls."""
    for files in inside.called_division("test.web.share", GROUP):
        deploy(files)
    return begun("calling")


def of(case):
    return reverse("case_repair", args=[case.public_id])


def waits(case):
    found = Incident.objects.filter(instance=case.instance_id).order_by("id")
    return [one.wait.wait_id for one in found if one.wait is not None]


def test_an_incident_shows_the_values_of_its_own_and_those_of_the_process(visit, each):
    una, second = visit("una.vadiba"), waits(each)[1]
    una.post(of(each), action="set", wait=second, step="do", reason=WHY, **{"v-by": "0"})
    incident = Incident.objects.order_by("id")[1]

    page = text(una.get(reverse("incident", args=[incident.public_id])))

    own, rest = page.split("Mainīgie tikai šai daļai: Jautā skolām nr. 2 (b)</h3>")[1].split(
        "Procesa mainīgie</h3>"
    )
    assert '<code class="app-code">by</code></dt><dd class="govuk-summary-list__value">0<' in own
    assert '<code class="app-code">school</code></dt><dd class="govuk-summary-list__value">b<' in own
    assert '<code class="app-code">schools</code>' in rest
    assert f'href="{of(each)}?wait={second}"' in page


def test_the_call_is_marked_in_the_drawing_where_something_inside_stopped(visit, called):
    incident = Incident.objects.get()
    page = text(visit("una.vadiba").get(reverse("incident", args=[incident.public_id])))
    assert 'data-now="asked"' in page
    own = page.split("Mainīgie tikai šai daļai: Dalīšana</h3>")[1]
    assert '<code class="app-code">by</code></dt><dd class="govuk-summary-list__value">bez vērtības<' in own
    assert "Procesa mainīgie" not in page


def test_what_stands_no_more_is_not_told_as_seen(visit, called):
    incident = Incident.objects.get()
    incident.wait.wait_id = "999"
    incident.wait.save(update_fields=["wait_id"])
    page = text(visit("una.vadiba").get(reverse("incident", args=[incident.public_id])))
    assert '<code class="app-code">organisation</code>' not in page


def test_the_fields_are_those_that_the_chosen_step_sees(visit, each):
    una, second = visit("una.vadiba"), waits(each)[1]

    plain, chosen = text(una.get(of(each))), text(una.get(of(each), wait=second))

    assert "Darbs – Jautā skolām nr. 2 (b) (automātisks solis)</option>" in plain
    assert 'name="v-share"' not in plain
    assert 'name="v-schools"' in plain
    assert f'<option value="{second}" selected>' in chosen
    assert 'name="v-share"' in chosen
    assert chosen.count("To raksta šis solis.") == 2
    assert f'name="shown_at" value="{second}"' in chosen
    assert 'value="999" selected' not in text(una.get(of(each), wait="999"))


def test_the_only_step_is_chosen_beforehand(visit, called):
    page = text(visit("una.vadiba").get(of(called)))
    assert f'<option value="{waits(called)[0]}" selected>' in page
    assert "Mainīgie tikai šai daļai: Dalīšana</legend>" in page
    assert 'name="v-number"' not in page
    assert 'name="v-number"' in text(visit("una.vadiba").get(of(called), wait=""))


def test_values_of_one_of_several_are_seen_before_and_set_for_it_alone(visit, each):
    una, second = visit("una.vadiba"), waits(each)[1]
    typed = {"action": "set", "wait": second, "shown_at": second, "v-by": "4"}

    shown = text(una.post(of(each), step="preview", **typed))
    done = una.follow(of(each), step="do", reason=WHY, **typed)

    assert "Darbs – Jautā skolām nr. 2 (b)" in shown
    assert "asked#2/by: bez vērtības → 4" in shown
    assert "Mainīgie ir nomainīti." in text(done)
    assert RepairMade.objects.get().variables == [["asked#2/by", ["none", None], ["int", 4]]]
    assert 'value="4"' in text(una.get(of(each), wait=second)).split('id="v-by"')[1][:60]
    assert 'value="4"' not in text(una.get(of(each), wait=waits(each)[0])).split('id="v-by"')[1][:60]


def test_values_typed_for_another_step_are_not_taken_for_this_one(visit, each):
    una, (first, second, _) = visit("una.vadiba"), waits(each)
    typed = {"action": "set", "wait": second, "shown_at": first, "v-by": "4"}

    answer = una.post(of(each), step="preview", **typed)

    assert answer.status_code == 422
    assert "Šis solis redz citus mainīgos nekā tie, kas bija parādīti." in text(answer)
    assert f'name="shown_at" value="{second}"' in text(answer)
    assert 'value="4"' not in text(answer).split('id="v-by"')[1][:60]


def test_a_value_that_the_called_process_does_not_take_is_said_at_its_field(visit, called):
    answer = visit("una.vadiba").post(
        of(called), action="skip", wait=waits(called)[0], step="preview", **{"v-share": "daudz"}
    )
    assert answer.status_code == 422
    assert text(answer).count("share: rakstiet veselu skaitli.") == 2


def test_a_step_of_a_called_process_is_skipped_with_what_it_should_have_written(visit, called):
    una = visit("una.vadiba")
    fields = {"action": "skip", "wait": waits(called)[0], "v-share": "6"}

    shown = text(una.post(of(called), step="preview", **fields))
    asked = text(una.follow(of(called), step="do", reason=WHY, **fields))

    assert "asked/share: bez vērtības → 6" in shown
    assert 'Sāktos</dt><dd class="govuk-summary-list__value">Uzdevums (cilvēka uzdevums)' in shown
    assert 'Kurā solī</dt><dd class="govuk-summary-list__value">Darbs – Dalīšana' in asked
    assert Batch.objects.get().arguments["element"] == "asked/divide"


def test_a_move_within_one_of_several_is_offered_and_seen_before(visit, each):
    una, (first, *_) = visit("una.vadiba"), waits(each)
    listed = text(una.get(of(each)))
    assert "Atkārtotas daļas soli var sasniegt tikai tajā pašā reizē." in listed
    shown = text(una.post(of(each), action="move", wait=first, target="look", step="preview"))
    assert 'Sāktos</dt><dd class="govuk-summary-list__value">Uzdevums (cilvēka uzdevums)' in shown


def test_what_is_done_to_each_of_several_is_told_one_by_one(visit, each):
    una = visit("una.vadiba")
    address = f"{reverse('incidents_repair')}?process=dividing_each&version=1&element=divide"

    listed = text(una.get(address))
    shown = text(una.post(address, action="set", step="preview", **{"v-by": "3"}))
    una.follow(address, action="set", step="do", reason=WHY, **{"v-by": "3"})
    jobs.run_due("test", until_empty=True)

    assert "Mainīgie tikai šai daļai: Jautā skolām</legend>" in listed
    assert f"{each.number} – Jautā skolām nr. 3 (c)" in listed
    assert "asked#3/by: bez vērtības → 3" in shown
    assert f"{each.number} – Jautā skolām nr. 3 (c)</h3>" in shown
    assert "izdevās: 3." in text(una.get(reverse("batch", args=[Batch.objects.get().public_id])))
