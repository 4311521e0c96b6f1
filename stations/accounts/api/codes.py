"""One-time codes that a manager issues."""

import datetime as dt
from typing import Any

from django.utils.timezone import now
from rest_framework import serializers
from rest_framework.response import Response

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from stations.accounts import services
from stations.accounts.api.shared import ReasonIn
from stations.accounts.models import Post, User
from stations.accounts.queries import people_within


class IssuedCodeOut(serializers.Serializer):
    user = serializers.CharField()
    code = serializers.CharField(allow_null=True, help_text="Shown once: a repetition of the request answers null.")


class IssueLoginCode(VerbView):
    """Issue a sign-in code to a person whom the manager has seen"""

    requires = "stations.issue_login_code"
    one_object = True
    In, Out, success_status = ReasonIn, IssuedCodeOut, 201
    refusals = refused_by(services.issue_login_code)
    in_example = {"reason": "本人到场，核对了身份证"}
    out_example = {"user": "wangxy", "code": "402913"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, **path: Any) -> dict[str, Any]:
        person = load_person(user, self.requires, path["username"])
        self.code = services.issue_login_code(user=person, actor=user, at=at, **data)
        return {"user": person.username, "code": None}

    def post(self, request: Any, **path: Any) -> Response:
        self.code = ""
        response = super().post(request, **path)
        if self.code:
            response.data = {**response.data, "code": self.code}
        return response


def load_person(user: User, verb: str, username: str) -> User:
    """The user of this name who holds a post, now or soon, within reach of the verb."""
    post = load(Post.objects.filter(pk__in=people_within(username, at=now())), user, verb)
    return User.objects.get(pk=post.user_id)
