"""The user of a page that nobody opens without signing in."""

from typing import cast

from django.http import HttpRequest

from stations.accounts.models import User


def signed_in(request: HttpRequest) -> User:
    """Who reads: behind `@requires` and in the administration the user of a request is never anonymous."""
    return cast(User, request.user)
