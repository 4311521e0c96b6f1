"""The page of messages: opening it is reading it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from core.access import SIGNED_IN, requires
from core.notices.queries import notices_of
from core.notices.services import mark_read, words_of
from core.web.pagination import link_to_position, position
from stations.requests import SignedInRequest

PAGE = 30


@require_GET
@requires(SIGNED_IN)
@cache_control(no_store=True, private=True)
def messages(request: SignedInRequest) -> HttpResponse:
    """Newest first, the new ones marked; afterwards none of them is new."""
    notices = notices_of(request.user.pk)
    before = position(request, "before")
    if before:
        notices = notices.filter(pk__lt=int(before))
    page = list(notices[: PAGE + 1])
    shown = [{"notice": notice, "words": words_of(notice, language=request.LANGUAGE_CODE)} for notice in page[:PAGE]]
    older = link_to_position(request, "before", page[PAGE - 1].pk) if len(page) > PAGE else ""
    if not before:
        mark_read(user=request.user.pk, at=now())
    newer = request.path if before else ""
    return render(request, "stations/inbox/messages.html", {"shown": shown, "older": older, "newer": newer})
