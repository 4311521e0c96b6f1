"""Accounts over the API: tokens of mobile clients, posts, devices, and one's own account."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.http import Http404
from django.utils.crypto import salted_hmac
from django.utils.timezone import now
from django.utils.translation import gettext as _
from rest_framework import generics, serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import PUBLIC, SIGNED_IN, load
from core.api import AmountField, VerbView, jsonable, respond
from core.errors import WrongState
from core.keys.services import Answer, once
from core.money import AmountMalformed, Money, is_currency, parse
from core.text import refuse_lines
from stations.accounts import services
from stations.accounts.models import Device, Post, Role, User
from stations.accounts.queries import people_within
from stations.accounts.services import posts as post_services
from stations.accounts.services.codes import OwnLoginCode
from stations.accounts.services.person import TEXT_SIZES, LanguageUnknown, TextSizeUnknown
from stations.accounts.services.sign_in import SignInRefused
from stations.accounts.services.tokens import PasswordChangeDue, SecondFactorMissing
from stations.places.models import Division


def refuse_unknown_currency(code: str) -> None:
    """Three letters that ISO 4217 does not know are no currency."""
    if not is_currency(code):
        raise serializers.ValidationError(_("There is no such currency."))


class Line(serializers.CharField):
    """One line of text that people type."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 200, "validators": [refuse_lines], **kwargs})


# --- tokens


class SignInIn(serializers.Serializer):
    username = Line(max_length=150)
    password = serializers.CharField(max_length=200, trim_whitespace=False)
    code = Line(max_length=12, help_text="A one-time code, or what the authenticator app of staff shows.")
    label = Line(max_length=80, help_text="What people call this phone.")


class TokenOut(serializers.Serializer):
    token = serializers.CharField(help_text="Sent as `Authorization: Token <token>`. The house stores only its hash.")
    device = serializers.UUIDField()
    expires_at = serializers.DateTimeField()


class GiveToken(VerbView):
    """Sign in for the first time on a mobile client and get the token of this device.

    Nothing of the password, the code or the token is stored with the key: the token is computed again for a
    repetition, from what only the sender knows and the secret of the house.
    """

    requires = PUBLIC
    In, Out, success_status = SignInIn, TokenOut, 201
    refusals = (SignInRefused, SecondFactorMissing, PasswordChangeDue)
    in_example = {"username": "ligl", "password": "correct horse battery", "code": "402913", "label": "柜台手机"}
    out_example = {
        "token": "9f2c51f0c6f64e0f8d0e7f2b9a3f4c1d9f2c51f0c6f64e0f8d0e7f2b9a3f4c1d",
        "device": "019ab8f2-6c1e-7d0a-8d4e-2f6a1c9b7e30",
        "expires_at": "2027-02-23T06:30:00Z",
    }

    def post(self, request: Any) -> Response:
        serializer = SignInIn(data=request.data)
        serializer.is_valid(raise_exception=True)
        data, at = serializer.validated_data, now()
        key = request.headers.get("Idempotency-Key", "")
        token = _keyed("token", key, *data.values())

        def run() -> Answer:
            address = request.META.get("REMOTE_ADDR", "")
            signed_in = services.sign_in_first_time(**data, address=address, at=at)
            row = services.give_token(signed_in=signed_in, token=token, at=at)
            return Answer(201, jsonable({"device": row.device_id, "expires_at": row.expiry}))

        answer = once(
            person=_keyed("name", data["username"]),
            operation="accounts.give_token",
            key=key,
            content={"asked": _keyed("content", *data.values())},
            run=run,
        )
        response = respond(answer)
        if not answer.is_refusal:
            response.data = {"token": token, **answer.body}
        return response


class EndToken(VerbView):
    """Sign out: the token that is sent counts no longer."""

    requires = SIGNED_IN
    success_status = 204

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, **path: Any) -> dict[str, Any]:
        if self.request.auth is None:
            raise Http404
        services.end_token(token=self.request.auth, at=at)
        return {}


def _keyed(purpose: str, *parts: str) -> str:
    return salted_hmac(f"accounts.{purpose}", "\0".join(parts), algorithm="sha256").hexdigest()


# --- posts


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
    limit = AmountField(required=False, help_text="The highest amount that the post may approve; any when left out.")
    currency = serializers.CharField(max_length=3, required=False, default="CNY", validators=[refuse_unknown_currency])
    reason = Line()


POST_EXAMPLE = {
    "id": 41,
    "user": "wangxy",
    "name": "王小燕",
    "role": "helper",
    "reach": "station",
    "station": "321324-0007",
    "division": None,
    "division_level": None,
    "from_at": "2026-11-25T06:30:00Z",
    "to_at": None,
    "reason": "新帮手",
    "limit": None,
    "currency": "",
    "is_break_glass": False,
    "reviewed_at": None,
}


class Posts(VerbView, generics.ListAPIView):
    """Posts within reach, newest first; and giving one."""

    requires, reads = "stations.appoint_post", "stations.read_post"
    In, Out, success_status = AppointIn, PostOut, 201
    serializer_class = PostOut
    refusals = (
        post_services.PostsConflict,
        post_services.OwnPost,
        post_services.ReachOutsideOwn,
        post_services.ReachNotOfRole,
        post_services.PostPeriodWrong,
        post_services.ReachIncomplete,
        post_services.UserUnknown,
        post_services.StationUnknown,
        post_services.DivisionUnknown,
        AmountMalformed,
    )
    in_example = {
        "user": "wangxy",
        "role": "helper",
        "reach": "station",
        "station": "321324-0007",
        "reason": "新帮手",
    }
    out_example = POST_EXAMPLE

    def get_queryset(self) -> Any:
        return _shown(Post.objects.open_to(self.request.user, self.reads))

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, **path: Any) -> dict[str, Any]:
        station, division = post_services.ground_of(**_ground(data))
        post = services.appoint_post(
            user=post_services.user_named(data["user"]),
            role=data["role"],
            station=station,
            division=division,
            from_at=data.get("from_at"),
            to_at=data.get("to_at"),
            limit=parse(data["limit"], data["currency"], field="limit") if "limit" in data else None,
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
    reason = Line()


class BreakGlass(VerbView):
    """Give a post in an emergency: from now, for four hours at most, reviewed by somebody else afterwards."""

    requires = "stations.appoint_post"
    In, Out, success_status = BreakGlassIn, PostOut, 201
    refusals = (*Posts.refusals, post_services.BreakGlassTooLong)
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
        "to_at": "2026-11-25T08:30:00Z",
        "is_break_glass": True,
    }

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, **path: Any) -> dict[str, Any]:
        station, division = post_services.ground_of(**_ground(data))
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
    finding = Line(help_text="What was done with the post, and what follows.")


class ReviewPost(VerbView):
    """Look at an emergency post when it is over."""

    requires = "stations.review_break_glass"
    one_object = True
    In, Out = ReviewPostIn, PostOut
    refusals = (post_services.OwnPost, post_services.NothingToReview)
    in_example = {"finding": "两笔取款都有村民签字，没有别的操作"}
    out_example = {**BreakGlass.out_example, "reviewed_at": "2026-11-26T01:00:00Z"}

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, **path: Any) -> dict[str, Any]:
        post = load(_shown(Post.objects.all()), user, self.requires, pk=path["post_id"])
        return PostOut(services.review_post(post=post, actor=user, at=at, **data)).data


class EndPostIn(serializers.Serializer):
    to_at = serializers.DateTimeField(required=False, help_text="Now when left out.")
    reason = Line()


class EndPost(VerbView):
    """End a post, now or at a later instant."""

    requires = "stations.end_post"
    one_object = True
    In, Out = EndPostIn, PostOut
    refusals = (
        post_services.OwnPost,
        post_services.ReachOutsideOwn,
        post_services.PostOver,
        post_services.PostPeriodWrong,
    )
    in_example = {"reason": "合同到期"}
    out_example = {**POST_EXAMPLE, "to_at": "2026-12-31T16:00:00Z"}

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, **path: Any) -> dict[str, Any]:
        post = load(_shown(Post.objects.all()), user, self.requires, pk=path["post_id"])
        return PostOut(services.end_post(post=post, actor=user, at=at, **data)).data


def _ground(data: dict[str, Any]) -> dict[str, str]:
    names = {"reach": "reach", "station": "station_code", "division": "division_code", "division_level": "level"}
    return {names[name]: data.get(name) or "" for name in names}


def _shown(posts: Any) -> Any:
    return posts.select_related("user", "station", "division")


# --- devices and codes


class DeviceOut(serializers.Serializer):
    id = serializers.UUIDField()
    label = serializers.CharField()
    station = serializers.CharField(source="station.code", allow_null=True, default=None)
    state = serializers.ChoiceField(Device.State.choices)
    registered_at = serializers.DateTimeField()
    last_seen_at = serializers.DateTimeField(allow_null=True)


class ReasonIn(serializers.Serializer):
    reason = Line()


DEVICE_EXAMPLE = {
    "id": "019ab8f2-6c1e-7d0a-8d4e-2f6a1c9b7e30",
    "label": "柜台手机",
    "station": "321324-0007",
    "state": "revoked",
    "registered_at": "2026-09-01T01:00:00Z",
    "last_seen_at": "2026-11-25T06:30:00Z",
}


class Devices(generics.ListAPIView):
    """Devices of the stations within reach, newest first."""

    requires = "stations.read_device"
    serializer_class = DeviceOut
    out_example = DEVICE_EXAMPLE

    def get_queryset(self) -> Any:
        return Device.objects.open_to(self.request.user, self.requires).select_related("station")


class RevokeDevice(VerbView):
    """A lost or sold device: nothing on it counts from this instant."""

    requires = "stations.revoke_device"
    one_object = True
    In, Out = ReasonIn, DeviceOut
    refusals = (WrongState,)
    in_example = {"reason": "手机丢失"}
    out_example = DEVICE_EXAMPLE

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, **path: Any) -> dict[str, Any]:
        device = load(Device.objects.select_related("station"), user, self.requires, pk=path["device_id"])
        return DeviceOut(services.revoke_device(device=device, actor=user, at=at, **data)).data


class QuarantineDevice(RevokeDevice):
    """Something is odd about a device: nothing on it counts until the county has looked."""

    requires = "stations.quarantine_device"
    refusals = (WrongState,)
    in_example = {"reason": "同一队列从两处发来"}
    out_example = {**DEVICE_EXAMPLE, "state": "quarantined"}

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, **path: Any) -> dict[str, Any]:
        device = load(Device.objects.select_related("station"), user, self.requires, pk=path["device_id"])
        return DeviceOut(services.quarantine_device(device=device, actor=user, at=at, **data)).data


class ReleaseDevice(RevokeDevice):
    """The county has looked: the device works again."""

    requires = "stations.release_device"
    refusals = (WrongState,)
    in_example = {"reason": "本人到场，确认只有这一部手机"}
    out_example = {**DEVICE_EXAMPLE, "state": "active"}

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, **path: Any) -> dict[str, Any]:
        device = load(Device.objects.select_related("station"), user, self.requires, pk=path["device_id"])
        return DeviceOut(services.release_device(device=device, actor=user, at=at, **data)).data


class IssuedCodeOut(serializers.Serializer):
    user = serializers.CharField()
    code = serializers.CharField(allow_null=True, help_text="Shown once: a repetition of the request answers null.")


class IssueLoginCode(VerbView):
    """Issue a one-time code to a person whom the manager has seen."""

    requires = "stations.issue_login_code"
    one_object = True
    In, Out, success_status = ReasonIn, IssuedCodeOut, 201
    refusals = (OwnLoginCode, post_services.ReachOutsideOwn)
    in_example = {"reason": "本人到场，核对了身份证"}
    out_example = {"user": "wangxy", "code": "402913"}

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, **path: Any) -> dict[str, Any]:
        person = load_person(user, self.requires, path["username"])
        self.code = services.issue_login_code(user=person, actor=user, at=at, **data)
        return {"user": person.username, "code": None}

    def post(self, request: Any, **path: Any) -> Response:
        self.code = None
        response = super().post(request, **path)
        if self.code:
            response.data = {**response.data, "code": self.code}
        return response


def load_person(user: User, verb: str, username: str) -> User:
    """The user of this name who holds a post, now or soon, within reach of the verb."""
    post = load(Post.objects.filter(pk__in=people_within(username, at=now())), user, verb)
    return User.objects.get(pk=post.user_id)


# --- one's own account


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
    """Who I am, and the posts I hold now."""

    requires = SIGNED_IN
    serializer_class = MeOut
    out_example = ME_EXAMPLE

    def get(self, request: Any) -> Response:
        prefetch_related_objects(request.user.live_posts, "station", "division")
        return Response(MeOut(request.user).data)


class LanguageIn(serializers.Serializer):
    language = serializers.ChoiceField(settings.LANGUAGES)


class ChooseLanguage(VerbView):
    """The language of pages and messages."""

    requires = SIGNED_IN
    In, Out = LanguageIn, MeOut
    refusals = (LanguageUnknown,)
    in_example, out_example = {"language": "en"}, {**ME_EXAMPLE, "language": "en"}

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, **path: Any) -> dict[str, Any]:
        services.choose_language(user=user, offered=tuple(dict(settings.LANGUAGES)), **data)
        return MeOut(user).data


class TextSizeIn(serializers.Serializer):
    percent = serializers.ChoiceField(TEXT_SIZES)


class ChooseTextSize(VerbView):
    """The size of text on pages, in percent."""

    requires = SIGNED_IN
    In, Out = TextSizeIn, MeOut
    refusals = (TextSizeUnknown,)
    in_example, out_example = {"percent": 125}, {**ME_EXAMPLE, "text_size": 125}

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, **path: Any) -> dict[str, Any]:
        services.choose_text_size(user=user, **data)
        return MeOut(user).data


class EndMySessions(VerbView):
    """Sign out everywhere: every session and token of mine ends, this one included."""

    requires = SIGNED_IN
    success_status = 204

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, **path: Any) -> dict[str, Any]:
        services.end_sessions(user=user, actor=user, at=at, reason="asked by the person")
        return {}
