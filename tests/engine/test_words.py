"""What people read of the engine's refusals: every one in both languages, and never a value."""

from __future__ import annotations

import pytest
from django.utils import translation

from engine import causes
from engine.causes import Cause
from engine.core.errors import CoreError, NoRuleMatched
from engine.errors import EngineError, TopicUnknown


@pytest.mark.parametrize("kind", [*EngineError.__subclasses__(), EngineError], ids=lambda kind: kind.__name__)
def test_every_refusal_of_the_engine_speaks_latvian(kind):
    with translation.override("en"):
        english = kind().message
    with translation.override("lv"):
        assert kind().message != english


@pytest.mark.parametrize("kind", CoreError.__subclasses__(), ids=lambda kind: kind.__name__)
def test_every_refusal_of_the_core_speaks_latvian(kind):
    with translation.override("lv"):
        assert translation.gettext(kind.words()) != kind.words()


def test_a_cause_says_what_the_core_said_in_the_readers_language():
    detail = causes.detail_of(NoRuleMatched(decision="roles"))

    assert detail == "NoRuleMatched (decision: roles)"
    with translation.override("en"):
        english = causes.words(Cause.PROCESS_STOPPED, detail)
    with translation.override("lv"):
        latvian = causes.words(Cause.PROCESS_STOPPED, detail)
    assert english.endswith(" No rule of the decision table matches.")
    assert latvian.endswith(" Neviena lēmumu tabulas rinda neatbilst.")


def test_the_detail_of_others_errors_is_their_name_alone():
    assert causes.detail_of(ValueError("010190-12345")) == "ValueError"
    assert causes.detail_of(TopicUnknown(topic="mail")) == "TopicUnknown (topic: mail)"
    assert causes.words(Cause.HANDLER_FAILED, "ValueError") == str(causes.WORDS[Cause.HANDLER_FAILED])
