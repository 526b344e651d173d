"""One's own account: the language of letters, and the tokens of one's programs."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import services
from accounts.errors import TokenRefused
from accounts.models import AccessToken
from accounts.models.tokens import SCOPES
from api.errors import problem
from api.fields import StrictSerializer, Text, Truth
from api.views import Endpoint
from cases.services.tokens import end_token, make_token

READ, WRITE = "account:read", "account:write"
LANGUAGES = ["lv", "en"]


class ProfileSerializer(serializers.Serializer[Any]):
    """What I chose for myself; `language` is that of letters, pages and this API are asked in theirs.

    `keyboard`: single keys do something in my pages.
    """

    username = serializers.CharField()
    language = serializers.ChoiceField(LANGUAGES)
    keyboard = serializers.BooleanField()


class ProfileInSerializer(StrictSerializer):
    """What I choose; what is left out stays."""

    language = serializers.ChoiceField(LANGUAGES, required=False)
    keyboard = Truth(required=False)


class TokenSerializer(serializers.Serializer[Any]):
    """A token of mine; the token itself is shown once, when it is made."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    scopes = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True)

    def get_scopes(self, row: AccessToken) -> list[str]:
        """What it may do."""
        return row.scopes.split()


class TokensSerializer(serializers.Serializer[Any]):
    """My tokens that have not been ended, newest first."""

    items = TokenSerializer(many=True)


class TokenInSerializer(StrictSerializer):
    """A wish for a token; made by a token, it may do no more and last no longer than that one."""

    name = Text(max_length=100)
    scopes = serializers.ListField(
        child=serializers.ChoiceField(SCOPES), min_length=1, max_length=len(SCOPES)
    )
    expires_at = serializers.DateTimeField()


class IssuedTokenSerializer(serializers.Serializer[Any]):
    """A new token; `raw` is shown this once."""

    token = TokenSerializer()
    raw = serializers.CharField()


class ProfileView(Endpoint):
    """My profile."""

    needs: ClassVar = {"GET": READ, "PUT": WRITE}
    names: ClassVar = {"GET": "profile", "PUT": "profile_change"}

    @extend_schema(summary="What I chose for myself", responses=ProfileSerializer)
    def get(self, _request: Request) -> Response:
        """My name here and my language."""
        return Response(ProfileSerializer(services.user_of(self.actor)).data)

    @extend_schema(
        summary="Choose the language of letters, and whether single keys work",
        request=ProfileInSerializer,
        responses=ProfileSerializer,
    )
    def put(self, _request: Request) -> Response:
        """From now on it is as chosen."""
        given, user = self.body(ProfileInSerializer), services.user_of(self.actor)
        if "language" in given:
            services.choose_language(user, given["language"])
        if "keyboard" in given:
            services.choose_keyboard(user, on=given["keyboard"])
        return Response(ProfileSerializer(services.user_of(self.actor)).data)


class TokensView(Endpoint):
    """My tokens."""

    needs: ClassVar = {"GET": READ, "POST": WRITE}
    names: ClassVar = {"GET": "tokens", "POST": "token_create"}
    problems: ClassVar = {"POST": (422,)}

    @extend_schema(summary="My tokens", responses=TokensSerializer)
    def get(self, _request: Request) -> Response:
        """Those that have not been ended."""
        return Response(TokensSerializer({"items": services.tokens_of(self.actor)}).data)

    @extend_schema(summary="Make a token", request=TokenInSerializer, responses={201: IssuedTokenSerializer})
    def post(self, _request: Request) -> Response:
        """The new token, shown this once."""
        given = self.body(TokenInSerializer)
        try:
            issued = make_token(user=self.actor, **given)
        except TokenRefused as refused:
            errors = [
                {"field": fault, "code": "invalid", "message": str(refused)} for fault in refused.faults
            ]
            return problem(422, code=refused.code, detail=str(refused), errors=errors)
        return Response(IssuedTokenSerializer({"token": issued.row, "raw": issued.raw}).data, status=201)


class TokenEndView(Endpoint):
    """Ending a token."""

    needs: ClassVar = {"POST": WRITE}
    names: ClassVar = {"POST": "token_end"}

    @extend_schema(summary="End a token of mine", request=None, responses={204: None})
    def post(self, _request: Request, token_id: UUID) -> Response:
        """It does not work any more."""
        self.no_body()
        end_token(token_id, user=self.actor)
        return Response(status=204)
