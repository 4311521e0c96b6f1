"""Posts: given, ended, given in an emergency and looked at afterwards."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import load
from core.api import NonNegativeAmountField, VerbView
from core.errors import refused_by
from core.language.typed import Line
from core.money import AmountMalformed, Money, is_currency
from stations.accounts import services
from stations.accounts.models import Post, Role, User
from stations.accounts.services import grounds
from stations.accounts.services import posts as post_services
from stations.places.models import Division


def refuse_unknown_currency(code: str) -> None:
    """Three letters that ISO 4217 does not know are no currency."""
    if not is_currency(code):
        raise serializers.ValidationError(_("There is no such currency."))


class PostOut(serializers.Serializer):
    id = serializers.IntegerField()
    user = serializers.CharField(source="user.username")
    name = serializers.CharField(source="user.shown_name")
    role = serializers.ChoiceField(Role.choices)
    reach = serializers.ChoiceField(Post.Reach.choices)
    station = serializers.CharField(source="station.code", allow_null=True, default=None)
    division = serializers.CharField(source="division.code", allow_null=True, default=None)
    division_level = serializers.CharField(source="division.level", allow_null=True, default=None)
    from_at = serializers.DateTimeField()
    to_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()
    limit = serializers.SerializerMethodField(help_text="The highest amount that the post may approve; null: any.")
    currency = serializers.CharField()
    is_break_glass = serializers.BooleanField()
    reviewed_at = serializers.DateTimeField(allow_null=True, default=None)

    def get_limit(self, post: Post) -> str | None:
        return str(Money(post.limit_minor, post.currency)) if post.limit_minor is not None else None


class AppointIn(serializers.Serializer):
    user = Line(max_length=150, help_text="User name.")
    role = serializers.ChoiceField(Role.choices)
    reach = serializers.ChoiceField(Post.Reach.choices)
    station = Line(max_length=11, required=False, help_text="Code of the station.")
    division = Line(max_length=12, required=False, help_text="Code of the division.")
    division_level = serializers.ChoiceField(Division.Level.choices, default="county")
    from_at = serializers.DateTimeField(required=False)
    to_at = serializers.DateTimeField(required=False, allow_null=True)
    limit = NonNegativeAmountField(
        required=False, help_text="The highest amount that the post may approve; any when left out."
    )
    currency = serializers.CharField(max_length=3, required=False, default="CNY", validators=[refuse_unknown_currency])
    reason = Line(max_length=200)


POST_EXAMPLE = {
    "id": 41,
    "user": "wangxy",
    "name": "王小燕",
    "role": "helper",
    "reach": "station",
    "station": "321324-0007",
    "division": None,
    "division_level": None,
    "from_at": "2026-11-25T06:30:00.000Z",
    "to_at": None,
    "reason": "新帮手",
    "limit": None,
    "currency": "",
    "is_break_glass": False,
    "reviewed_at": None,
}


class Posts(VerbView, generics.ListAPIView):
    """Give a post."""

    requires, reads = "stations.appoint_post", "stations.read_post"
    In, Out, success_status = AppointIn, PostOut, 201
    serializer_class = PostOut
    refusals = (AmountMalformed, *refused_by(grounds.ground_of, services.appoint_post, post_services.user_named))
    in_example = {
        "user": "wangxy",
        "role": "helper",
        "reach": "station",
        "station": "321324-0007",
        "reason": "新帮手",
    }
    out_example = POST_EXAMPLE

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List posts within reach, newest first."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> Any:
        return _shown(Post.objects.open_to(self.request.user, self.reads))

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, **path: Any) -> dict[str, Any]:
        station, division = grounds.ground_of(**_ground(data))
        post = services.appoint_post(
            user=post_services.user_named(data["user"]),
            role=data["role"],
            station=station,
            division=division,
            from_at=data.get("from_at"),
            to_at=data.get("to_at"),
            limit=data["limit"].in_currency(data["currency"]) if "limit" in data else None,
            reason=data["reason"],
            actor=user,
            at=at,
        )
        return PostOut(post).data


class BreakGlassIn(serializers.Serializer):
    user = Line(max_length=150, help_text="User name.")
    role = serializers.ChoiceField(Role.choices)
    reach = serializers.ChoiceField(Post.Reach.choices)
    station = Line(max_length=11, required=False, help_text="Code of the station.")
    division = Line(max_length=12, required=False, help_text="Code of the division.")
    division_level = serializers.ChoiceField(Division.Level.choices, default="county")
    minutes = serializers.IntegerField(min_value=1, max_value=240, help_text="How long it counts, from now.")
    reason = Line(max_length=200)


class BreakGlass(VerbView):
    """Break the glass.

    A post in an emergency, from now, for four hours at most, reviewed by somebody else afterwards.
    """

    requires = "stations.appoint_post"
    In, Out, success_status = BreakGlassIn, PostOut, 201
    refusals = (*Posts.refusals, *refused_by(grounds.ground_of, services.break_glass, post_services.user_named))
    in_example = {
        "user": "wangxy",
        "role": "partner",
        "reach": "station",
        "station": "321324-0007",
        "minutes": 120,
        "reason": "合伙人突发疾病，村民等着取药款",
    }
    out_example = {
        **POST_EXAMPLE,
        "role": "partner",
        "to_at": "2026-11-25T08:30:00.000Z",
        "is_break_glass": True,
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, **path: Any) -> dict[str, Any]:
        station, division = grounds.ground_of(**_ground(data))
        post = services.break_glass(
            user=post_services.user_named(data["user"]),
            role=data["role"],
            station=station,
            division=division,
            to_at=at + dt.timedelta(minutes=data["minutes"]),
            reason=data["reason"],
            actor=user,
            at=at,
        )
        return PostOut(post).data


class ReviewPostIn(serializers.Serializer):
    finding = Line(max_length=200, help_text="What was done with the post, and what follows.")


class ReviewPost(VerbView):
    """Review an emergency post when it is over."""

    requires = "stations.review_break_glass"
    one_object = True
    In, Out = ReviewPostIn, PostOut
    refusals = refused_by(services.review_post)
    in_example = {"finding": "两笔取款都有村民签字，没有别的操作"}
    out_example = {**BreakGlass.out_example, "reviewed_at": "2026-11-26T01:00:00.000Z"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, **path: Any) -> dict[str, Any]:
        post = load(_shown(Post.objects.all()), user, self.requires, pk=path["post_id"])
        return PostOut(services.review_post(post=post, actor=user, at=at, **data)).data


class EndPostIn(serializers.Serializer):
    to_at = serializers.DateTimeField(required=False, help_text="Now when left out.")
    reason = Line(max_length=200)


class EndPost(VerbView):
    """End a post, now or at a later instant."""

    requires = "stations.end_post"
    one_object = True
    In, Out = EndPostIn, PostOut
    refusals = refused_by(services.end_post)
    in_example = {"reason": "合同到期"}
    out_example = {**POST_EXAMPLE, "to_at": "2026-12-31T16:00:00.000Z"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, **path: Any) -> dict[str, Any]:
        post = load(_shown(Post.objects.all()), user, self.requires, pk=path["post_id"])
        return PostOut(services.end_post(post=post, actor=user, at=at, **data)).data


def _ground(data: dict[str, Any]) -> dict[str, str]:
    names = {"reach": "reach", "station": "station_code", "division": "division_code", "division_level": "level"}
    return {names[name]: data.get(name) or "" for name in names}


def _shown(posts: Any) -> Any:
    return posts.select_related("user", "station", "division")
