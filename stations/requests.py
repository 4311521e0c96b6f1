"""Requests of people who have signed in: what views behind `requires` are given."""

from typing import cast

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from stations.accounts.models import User


class SignedInRequest(HttpRequest):
    """A request whose `user` is a person. It exists for annotations: the guard makes it true."""

    user: User
    htmx: HtmxDetails


def signed_in(request: HttpRequest) -> User:
    """Who reads a list or a page of the administration, whose methods are given any request."""
    return cast(User, request.user)
