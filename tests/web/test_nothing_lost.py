"""What a person gave stays, and what they emptied is empty."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cases.models import Answer
from tests.access_request.conftest import actor, request
from tests.access_request.signing import signed_file
from tests.web.conftest import text
from tests.web.test_request_without_scripts import send, version_of


def test_a_good_file_stays_when_another_answer_is_wrong(visit, walk):
    walk.do("fill_request", "ilze.piemere", **request())
    walk.accept()
    head, task = visit("ilze.piemere"), walk.task("confirm_request")
    address = reverse("task", args=[task.public_id])

    brought = SimpleUploadedFile("Iesniegums.pdf", signed_file(task, actor("ilze.piemere"))[1])
    first = head.post(address, draft_version="0", how="sign", file=brought)
    page = text(first)
    kept = page.split('name="file-kept" value="')[1].split('"')[0]
    again = {"how": "sign", "is_employee": "true", "file-kept": kept}
    second = head.post(address, draft_version=version_of(task), **again)

    assert first.status_code == 422
    assert "Iesniegums.pdf" in page
    assert second.headers["Location"] == reverse("task_check", args=[task.public_id])


def test_an_optional_answer_can_be_emptied_in_a_correction(visit, walk):
    walk.to_decision(valid_until="2099-08-31")
    walk.give_back("decide", "karlis.paraugs", valid_until="Termiņu nevajag.")

    send(visit("ilze.piemere"), walk.task("correct"), {"valid_until-day": "", "valid_until-month": ""})

    newest = Answer.objects.filter(case=walk.case, form_key="access_request").latest("id").content
    assert "valid_until" not in newest
    assert newest["roles"] == ["institution_user"]
