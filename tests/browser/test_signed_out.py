"""A form sent after the session had ended, in browsers with scripts and without: the text comes back."""

import pytest
from django.urls import reverse

from tests.browser.conftest import PASSWORD
from tests.browser.test_many import seen, waiting

WORDS = "Nav pamata, jo lietotājs tur nestrādā."


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_what_was_typed_is_in_the_form_after_signing_in_again(person, scripts):
    (task,) = waiting(1)
    officer = person("karlis.paraugs", scripts=scripts)
    page = officer.page
    officer.go(reverse("task", args=[task.public_id]))
    page.get_by_label("Atteikt").check()
    page.get_by_label("Pamatojums").fill(WORDS)
    page.context.clear_cookies(name="sessionid")

    officer.press("Turpināt")
    page.get_by_text("Tas, ko rakstījāt, ir saglabāts.").wait_for()
    if scripts:
        seen(officer, "signed-out")
    page.get_by_label("Lietotājvārds").fill("karlis.paraugs")
    page.get_by_label("Parole", exact=True).fill(PASSWORD)
    officer.press("Pieslēgties")

    page.get_by_text("Šeit ir tas, ko rakstījāt").wait_for()
    assert page.get_by_label("Pamatojums").input_value() == WORDS
    assert page.get_by_label("Atteikt").is_checked()
    if scripts:
        seen(officer, "there-again")
    officer.press("Turpināt")
    page.get_by_role("heading", name="Pārbaudiet atbildes").wait_for()
