"""The address of a calendar: a random half that is stored, and a signature that is not (`core.signed_refs`)."""

from django.conf import settings
from django.urls import reverse

from core.signed_refs import ref_in, token_for
from scheduling.feeds.models import CalendarFeed

PURPOSE = "calendar"


def token_of(feed: CalendarFeed) -> str:
    """What stands in the address."""
    return token_for(feed.ref, PURPOSE)


def address_of(feed: CalendarFeed) -> str:
    """The whole address, as it is sent, shown and subscribed to."""
    return f"{settings.ECOMNET_PUBLIC_URL}{reverse('calendars:feed', args=[token_of(feed)])}"


def feed_called(token: str) -> CalendarFeed | None:
    """The calendar of this token; None for one that was never given, is mistyped, or has ended."""
    ref = ref_in(token, PURPOSE)
    if ref is None:
        return None
    known = CalendarFeed.objects.select_related("person", "resource", "made_by")
    return known.filter(ref=ref, ended_at=None).first()
