"""Tokens of mobile clients: given once, ended by the one who holds them."""

import datetime as dt
from typing import Any

from django.http import Http404
from django.utils.crypto import salted_hmac
from django.utils.timezone import now
from rest_framework import serializers
from rest_framework.response import Response

from core.access import PUBLIC, SIGNED_IN
from core.api import VerbView, jsonable, respond
from core.keys.services import Answer, once
from core.language.typed import Line
from stations.accounts import services
from stations.accounts.models import DeviceToken, User
from stations.accounts.services.sign_in import SignInRefused
from stations.accounts.services.tokens import PasswordChangeDue, SecondFactorMissing


class SignInIn(serializers.Serializer):
    username = Line(max_length=150)
    password = serializers.CharField(max_length=200, trim_whitespace=False)
    code = Line(max_length=12, help_text="A one-time code, or what the authenticator app of staff shows.")
    label = Line(  # type: ignore[assignment]
        max_length=80, help_text="What people call this phone."
    )


class TokenOut(serializers.Serializer):
    token = serializers.CharField(help_text="Sent as `Authorization: Token <token>`. Only its hash is stored.")
    device = serializers.UUIDField()
    expires_at = serializers.DateTimeField()


class GiveToken(VerbView):
    """Sign in on a mobile client and get the token of this device.

    Nothing of the password, the code or the token is stored with the key: the token is computed again for a
    repetition, from what only the sender knows and the secret of the system.
    """

    requires = PUBLIC
    In, Out, success_status = SignInIn, TokenOut, 201
    refusals = (SignInRefused, SecondFactorMissing, PasswordChangeDue)
    in_example = {"username": "ligl", "password": "correct horse battery", "code": "402913", "label": "柜台手机"}
    out_example = {
        "token": "9f2c51f0c6f64e0f8d0e7f2b9a3f4c1d9f2c51f0c6f64e0f8d0e7f2b9a3f4c1d",
        "device": "019ab8f2-6c1e-7d0a-8d4e-2f6a1c9b7e30",
        "expires_at": "2027-02-23T06:30:00.000Z",
    }

    def post(self, request: Any, **path: Any) -> Response:
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

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, **path: Any) -> dict[str, Any]:
        token = self.request.auth
        if not isinstance(token, DeviceToken):
            raise Http404
        services.end_token(token=token, at=at)
        return {}


def _keyed(purpose: str, *parts: str) -> str:
    return salted_hmac(f"accounts.{purpose}", "\0".join(parts), algorithm="sha256").hexdigest()
