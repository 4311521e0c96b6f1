"""One's own account."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import prefetch_related_objects
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import SIGNED_IN
from core.api import VerbView
from core.errors import refused_by
from stations.accounts import services
from stations.accounts.models import Post, Role, User
from stations.accounts.services.person import TEXT_SIZES


class MyPostOut(serializers.Serializer):
    role = serializers.ChoiceField(Role.choices)
    reach = serializers.ChoiceField(Post.Reach.choices)
    station = serializers.CharField(source="station.code", allow_null=True, default=None)
    division = serializers.CharField(source="division.code", allow_null=True, default=None)
    to_at = serializers.DateTimeField(allow_null=True)


class MeOut(serializers.Serializer):
    id = serializers.UUIDField()
    username = serializers.CharField()
    name = serializers.CharField(source="shown_name")
    language = serializers.CharField()
    text_size = serializers.IntegerField()
    posts = MyPostOut(many=True, source="live_posts")


ME_EXAMPLE = {
    "id": "019ab8f2-6c1e-7d0a-8d4e-2f6a1c9b7e30",
    "username": "ligl",
    "name": "李桂兰",
    "language": "zh-hans",
    "text_size": 100,
    "posts": [
        {"role": "partner", "reach": "station", "station": "321324-0007", "division": None, "to_at": None},
    ],
}


class Me(APIView):
    """Get my profile: who I am, and the posts I hold now."""

    requires = SIGNED_IN
    serializer_class = MeOut
    out_example = ME_EXAMPLE

    def get(self, request: Any) -> Response:
        prefetch_related_objects(request.user.live_posts, "station", "division")
        return Response(MeOut(request.user).data)


class LanguageIn(serializers.Serializer):
    language = serializers.ChoiceField(settings.LANGUAGES)


class ChooseLanguage(VerbView):
    """Choose the language of pages and messages."""

    requires = SIGNED_IN
    In, Out = LanguageIn, MeOut
    refusals = refused_by(services.choose_language)
    in_example, out_example = {"language": "en"}, {**ME_EXAMPLE, "language": "en"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, **path: Any) -> dict[str, Any]:
        services.choose_language(user=user, offered=tuple(dict(settings.LANGUAGES)), **data)
        return MeOut(user).data


class TextSizeIn(serializers.Serializer):
    percent = serializers.ChoiceField(TEXT_SIZES)


class ChooseTextSize(VerbView):
    """Choose the size of text on pages, in percent."""

    requires = SIGNED_IN
    In, Out = TextSizeIn, MeOut
    refusals = refused_by(services.choose_text_size)
    in_example, out_example = {"percent": 125}, {**ME_EXAMPLE, "text_size": 125}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, **path: Any) -> dict[str, Any]:
        services.choose_text_size(user=user, **data)
        return MeOut(user).data


class EndMySessions(VerbView):
    """Sign out everywhere: every session and token of mine ends, this one included."""

    requires = SIGNED_IN
    success_status = 204

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, **path: Any) -> dict[str, Any]:
        services.end_sessions(user=user, actor=user, at=at, reason="asked by the person")
        return {}
