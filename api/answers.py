"""Answers of a case: the newest of each form, with what they replaced and the words that asked for it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rest_framework import serializers

from api.words import chosen
from cases.queries import AnswerView


class CommentSerializer(serializers.Serializer[Any]):
    """An officer's words on one field that is to be corrected, or was."""

    field = serializers.CharField()
    text = serializers.CharField()
    who = serializers.CharField()
    at = serializers.DateTimeField()


class AnswerSerializer(serializers.Serializer[Any]):
    """The newest answers to one form; `former` are those that a correction replaced, null without one.

    `comments` are the words that the correction answers, `opened` the fields that could change, `changed`
    those of them that did.
    """

    form = serializers.CharField()
    title = serializers.CharField()
    content = serializers.DictField()
    who = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField()
    former = serializers.DictField(allow_null=True)
    comments = CommentSerializer(many=True)
    opened = serializers.ListField(child=serializers.CharField())
    changed = serializers.ListField(child=serializers.CharField())


def answered(answer: AnswerView) -> dict[str, Any]:
    """Answers as they go out."""
    return {
        "form": answer.form.key,
        "title": chosen(answer.title_lv, answer.title_en),
        "content": dict(answer.content),
        "who": answer.who,
        "at": answer.at,
        "former": None if answer.former is None else dict(answer.former),
        "comments": [asdict(comment) for comment in answer.comments],
        "opened": sorted(answer.opened) if answer.former is not None else [],
        "changed": list(answer.changed),
    }
