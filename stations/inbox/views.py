"""The page of messages: opening it is reading it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from core.access import requires
from core.notices.services import mark_read
from core.web.lists import shows
from stations.inbox.lists import MESSAGES
from stations.requests import SignedInRequest


@require_GET
@requires(MESSAGES.grant)
@cache_control(no_store=True, private=True)
@shows(MESSAGES)
def messages(request: SignedInRequest) -> HttpResponse:
    """Newest first, the new ones marked; afterwards none of them is new."""
    page = MESSAGES.page(request)
    if "after" not in request.GET:
        mark_read(user=request.user.pk, at=now())
    return render(request, MESSAGES.template, page)
