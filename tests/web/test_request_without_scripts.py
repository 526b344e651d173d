"""The access request from the first page to the letter, with plain forms only."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cases.documents import newest
from cases.models import Case, Document, Draft
from cases.signatures.demonstration import sign_paper
from engine import clock, jobs
from engine.models import Task
from registries.models import Organisation
from tests.access_request.conftest import newest_token, person
from tests.api.test_documents import pdf
from tests.documents.test_uploads import PNG
from tests.web.conftest import Visitor, text

ANSWERS = {
    "kind": "grant",
    "email": "  janis.paraugs@example.lv ",
    "roles": ["institution_user"],
    "valid_until-day": "31",
    "valid_until-month": "8",
    "valid_until-year": "2099",
    "reason": "Ievada izglītojamo datus un sagatavo tarifikāciju",
}


def answers(**changes):
    return {**ANSWERS, "person": str(person("Jānis Paraugs").public_id), **changes}


def at(name, task, **_):
    return reverse(name, args=[task.public_id])


def version_of(task):
    return str(Draft.objects.filter(task=task).values_list("version", flat=True).first() or 0)


def send(visitor, task, fields):
    """Fill in, check, send; the last answer."""
    filled = visitor.post(at("task", task), draft_version=version_of(task), action="continue", **fields)
    assert filled.status_code == 302, text(filled)
    return visitor.post(
        filled.headers["Location"], draft_version=version_of(task), idempotency_key=f"send {task.pk}"
    )


def sign(visitor, task, **fields):
    """Press the demonstration's button; the fields that go on from there."""
    signed = visitor.post(
        at("task", task), **{"draft_version": version_of(task), "sign": "file", "how": "sign", **fields}
    )
    assert signed.status_code == 302, text(signed)
    kept = Draft.objects.get(task=task).content["file"]
    return {**fields, "how": "sign", "file-kept": kept}


def test_a_request_is_started_for_ones_own_organisation(visit, begin):
    head = visit("ilze.piemere")
    school = Organisation.objects.get(name="Egļkalnu pamatskola")

    started = head.post(
        reverse("new_case"), process="access_request", organisation=school.public_id, idempotency_key="k"
    )
    again = head.post(
        reverse("new_case"), process="access_request", organisation=school.public_id, idempotency_key="k"
    )

    assert started.headers["Location"] == again.headers["Location"]
    assert Case.objects.count() == 1


def test_a_request_for_somebody_elses_organisation_is_not_offered(visit, begin):
    foreign = Organisation.objects.filter(kind="general").exclude(name="Egļkalnu pamatskola")[0]

    response = visit("ilze.piemere").post(
        reverse("new_case"), process="access_request", organisation=foreign.public_id
    )

    assert response.status_code == 422
    assert Case.objects.count() == 0


def test_what_is_missing_is_said_at_the_field_and_above_the_form(visit, walk):
    task = walk.task("fill_request")
    response = visit("ilze.piemere").post(at("task", task), draft_version="0", kind="grant", reason="Īss")
    page = text(response)

    assert response.status_code == 422
    assert "<title>Kļūda:" in page
    assert page.count("Izvēlieties cilvēku.") == 2
    assert 'href="#id_person"' in page
    assert ">\nĪss</textarea>" in page
    assert walk.open == ["fill_request"]


def test_the_whole_way_to_the_decision_letter(visit, walk):
    head, officer = visit("ilze.piemere"), visit("karlis.paraugs")

    done = send(head, walk.task("fill_request"), answers())
    assert walk.case.number in text(head.get(done.headers["Location"]))

    jobs.run_due("test", until_empty=True)
    walk.accept()
    task = walk.task("confirm_request")
    send(head, task, sign(head, task, is_employee="true"))
    back = send(officer, walk.task("decide"), {"decision": "grant"})
    jobs.run_due("test", until_empty=True)

    assert back.headers["Location"] == reverse("inbox")
    assert walk.fresh().status == "closed"
    case_page = text(head.get(reverse("case", args=[walk.case.public_id])))
    assert "Jānis Paraugs" in case_page
    letter = walk.case.documents.order_by("id").last()
    assert reverse("document", args=[letter.public_id]) in case_page


def test_the_confirmation_survives_a_bookmark(visit, walk):
    head, task = visit("ilze.piemere"), walk.task("fill_request")
    done = send(head, task, answers()).headers["Location"]

    first, later = head.get(done), visit("ilze.piemere").get(done)

    assert first.status_code == later.status_code == 200
    assert walk.case.number in text(later)
    assert head.get(at("task", task)).headers["Location"] == done


def test_a_second_press_of_the_button_sends_nothing_twice(visit, walk):
    head, task = visit("ilze.piemere"), walk.task("fill_request")
    head.post(at("task", task), draft_version="0", **answers())
    fields = {"draft_version": version_of(task), "idempotency_key": "same"}

    first, second = head.post(at("task_check", task), **fields), head.post(at("task_check", task), **fields)

    assert first.headers["Location"] == second.headers["Location"]
    jobs.run_due("test", until_empty=True)
    assert Task.objects.filter(instance=walk.case.instance, element="accept_commitment").count() == 1


def test_returned_answers_open_alone_with_the_officers_words(visit, walk):
    walk.to_decision(valid_until="2099-08-31")
    officer, head, task = visit("karlis.paraugs"), visit("ilze.piemere"), walk.task("decide")

    chosen = officer.post(at("task", task), draft_version="0", decision="return")
    assert chosen.headers["Location"] == at("task_return", task)
    empty = officer.post(at("task_return", task), idempotency_key="r")
    assert empty.status_code == 422
    returned = officer.post(
        at("task_return", task), **{"comment-reason": "Lūdzu, precizējiet pienākumus."}, idempotency_key="s"
    )
    assert returned.status_code == 302

    correction = walk.task("correct")
    page = text(head.get(at("task", correction)))
    assert "Lūdzu, precizējiet pienākumus." in page
    assert "Kārlis Paraugs" in page
    assert 'name="reason"' in page
    assert 'name="kind"' not in page
    assert "Piešķirt pieeju" in page

    send(head, correction, {"reason": "Ievada datus savai klasei un grupai"})
    assert "app-before" in text(head.get(reverse("case", args=[walk.case.public_id])))


def test_what_was_not_corrected_does_not_look_changed(visit, begin):
    walk = begin()
    declared = {"given_name": "Zane", "family_name": "Iedomāta", "personal_code": "329876-54321"}
    walk.do("fill_request", "ilze.piemere", **_typed(person="declared", position="Skolotāja", **declared))
    walk.accept()
    walk.do("confirm_request", "ilze.piemere", how="sign", is_employee=True)
    walk.give_back("decide", "karlis.paraugs", reason="Kādi dati?")
    head, task = visit("ilze.piemere"), walk.task("correct")

    head.post(at("task", task), draft_version="0", action="continue", reason="Klases dati un kavējumi.")
    page = text(head.get(at("task_check", task)))

    assert page.count('class="app-before"') == 1
    assert "Ievada skolēnu datus savai klasei." in page


def test_a_decision_after_a_return_is_shown_as_a_decision_and_not_as_a_correction(visit, walk):
    walk.to_decision()
    walk.give_back("decide", "karlis.paraugs", reason="Kādi dati?")
    walk.do("correct", "ilze.piemere", reason="Klases dati un kavējumi.")
    walk.do("confirm_request", "ilze.piemere", how="sign", is_employee=True)
    walk.do("decide", "karlis.paraugs", decision="grant")

    page = text(visit("ilze.piemere").get(reverse("case", args=[walk.case.public_id])))

    assert page.count('class="app-before"') == 1


def test_a_task_done_by_a_colleague_meanwhile_is_told_of_and_not_done_again(visit, walk):
    walk.to_decision()
    task, slow = walk.task("decide"), visit("anna.paraudzina")
    assert slow.get(at("task", task)).status_code == 200
    walk.do("decide", "karlis.paraugs", decision="grant")

    late = slow.post(at("task", task), draft_version="0", decision="refuse", reasons="Nav pamatojuma tam.")

    assert late.status_code == 409
    assert "Kārlis Paraugs" in text(late)
    assert walk.fresh().outcome == "granted"


def test_a_colleagues_task_is_taken_over_only_after_asking(visit, walk):
    walk.to_decision()
    task, officer, colleague = walk.task("decide"), visit("karlis.paraugs"), visit("anna.paraudzina")
    officer.post(at("task_claim", task))

    page = text(colleague.get(at("task", task)))
    assert "Kārlis Paraugs" in page
    assert 'id="answers"' not in page
    colleague.post(at("task_claim", task))
    assert walk.task("decide").assignee == "karlis.paraugs"
    colleague.post(at("task_claim", task), take_over="yes")
    assert walk.task("decide").assignee == "anna.paraudzina"
    colleague.post(at("task_release", task))
    assert walk.task("decide").assignee == ""


def test_two_editors_see_each_others_drafts_and_nothing_is_overwritten(visit, walk):
    walk.to_decision()
    task = walk.task("decide")
    visit("karlis.paraugs").post(at("task_draft", task), draft_version="0", decision="grant")

    conflict = visit("anna.paraudzina").post(
        at("task", task), draft_version="0", decision="refuse", reasons="Nav pamatojuma tam."
    )

    assert conflict.status_code == 409
    assert "Kārlis Paraugs" in text(conflict)
    assert "Apmierināt" in text(conflict)
    assert Draft.objects.get(task=task).content == {"decision": "grant"}


def test_a_draft_that_saves_itself_answers_with_its_time_and_next_version(visit, walk):
    head, task = visit("ilze.piemere"), walk.task("fill_request")

    first = text(head.post(at("task_draft", task), draft_version="0", reason="Pus"))
    second = text(head.post(at("task_draft", task), draft_version="1", reason="Pusvārds"))

    assert 'name="draft_version" value="1"' in first
    assert 'name="draft_version" value="2"' in second
    assert ">\nPusvārds</textarea>" in text(head.get(at("task", task)))


def test_continue_later_keeps_even_half_a_date(visit, walk):
    head, task = visit("ilze.piemere"), walk.task("fill_request")

    saved = head.post(
        at("task", task),
        **{"draft_version": "0", "action": "later", "valid_until-month": "8", "reason": "Pusvārds"},
    )

    assert saved.status_code == 302
    page = text(head.get(at("task", task)))
    assert 'name="valid_until-month" type="text" inputmode="numeric" value="8"' in page
    assert "Pusvārds" in page


def test_each_refused_file_says_its_own_cause_and_the_rest_stays(visit, walk):
    walk.do("fill_request", "ilze.piemere", **_typed())
    walk.accept()
    head, task = visit("ilze.piemere"), walk.task("confirm_request")

    def upload(name, content):
        file = SimpleUploadedFile(name, content)
        return text(head.post(at("task", task), draft_version=version_of(task), how="sign", file=file))

    told = {
        "empty": upload("iesniegums.pdf", b""),
        "type": upload("iesniegums.exe", b"MZ\x90\x00"),
        "mismatch": upload("iesniegums.pdf", b"GIF89a not a pdf"),
        "unsigned": upload("iesniegums.pdf", paper_of(walk)),
        "other": upload("iesniegums.pdf", pdf()),
        "someone": upload("iesniegums.pdf", signed_by_other(walk)),
        "picture": upload("iesniegums.png", PNG),
    }
    for page in told.values():
        assert "<title>Kļūda:" in page
    assert "Datne ir tukša." in told["empty"]
    assert "Šāda veida datni nevar pievienot." in told["type"]
    assert "Datnes saturs neatbilst tās nosaukumam." in told["mismatch"]
    assert "Datnē nav elektroniskā paraksta." in told["unsigned"]
    assert "Šis nav dokuments, kas jums jāparaksta." in told["other"]
    assert "Datni ir parakstījis kāds cits." in told["someone"]
    assert "Šeit der elektroniski parakstīts PDF" in told["picture"]
    assert not Document.objects.filter(
        case=walk.case, kind="signed.access.application", author="ilze.piemere"
    ).exists()


def paper_of(walk):
    return bytes(newest(walk.case, "access.application").blob.content)


def signed_by_other(walk):
    return sign_paper(paper_of(walk), person("Kārlis Paraugs"), now=clock.now())


def _typed(**changes):
    from tests.access_request.conftest import request

    return request(**changes)


def test_a_link_opens_its_one_task_after_the_end_of_the_code(client, visit, walk):
    walk.do("fill_request", "ilze.piemere", **_typed())
    address = reverse("link_open", args=[newest_token()])

    wrong = client.post(address, {"code": "00000"})
    assert wrong.status_code == 422
    assert client.get(reverse("cases")).status_code == 302

    opened = client.post(address, {"code": _tail()}, follow=True)
    task = walk.task("accept_commitment")
    assert opened.status_code == 200
    assert opened.redirect_chain[-1][0] == at("task", task)

    for foreign in (reverse("case", args=[walk.case.public_id]), reverse("inbox"), reverse("home")):
        assert client.get(foreign).headers["Location"] == reverse("link_task"), foreign
    consents = {"only_duties": "true", "keep_secret": "true", "own_account": "true", "report": "true"}
    signed = sign(Visitor(client), task, **consents)
    client.post(at("task", task), {"draft_version": version_of(task), **signed})
    done = client.post(
        at("task_check", task), {"draft_version": version_of(task), "idempotency_key": "l"}, follow=True
    )
    assert walk.case.number in text(done)
    assert walk.open == ["confirm_request"]
    assert client.post(address, {"code": _tail()}).status_code == 403


def _tail():
    from registries.queries import current_code

    return current_code(person("Jānis Paraugs"))[-5:]


def test_five_wrong_codes_close_the_link(client, visit, walk):
    walk.do("fill_request", "ilze.piemere", **_typed())
    address = reverse("link_open", args=[newest_token()])

    statuses = [client.post(address, {"code": "99999"}).status_code for _ in range(5)]

    assert statuses == [422, 422, 422, 422, 403]
    assert client.post(address, {"code": _tail()}).status_code == 403


def test_withdrawing_asks_first_and_then_ends_the_case(visit, walk):
    head = visit("ilze.piemere")
    address = reverse("case_withdraw", args=[walk.case.public_id])

    assert head.get(address).status_code == 200
    assert walk.fresh().status == "draft"
    head.post(address)
    assert walk.fresh().status == "withdrawn"
    assert head.get(address).status_code == 403
