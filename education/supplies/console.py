"""What school kits show outside their pages: kits that wait in the county store, and kits on their way."""

import datetime as dt

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from education.supplies.models import READ, READ_HANDOVER, Campaign, Kit
from stations.accounts.models import User

RECEIVE, SEND, CAMPAIGNS = "education.receive_kit", "education.send_kits", "supplies:campaigns"


def _to_receive(*, user: User, at: dt.datetime) -> QuerySet[Kit]:
    return Kit.objects.open_to(user, RECEIVE).filter(state=Kit.State.IN_TRANSIT)


def _to_send(*, user: User, at: dt.datetime) -> QuerySet[Campaign]:
    """Campaigns that run while kits of theirs lie in the county store."""
    day = timezone.localdate(at)
    running = Campaign.objects.open_to(user, SEND).filter(starts_date__lte=day, ends_date__gte=day)
    return running.filter(pk__in=Kit.objects.filter(state=Kit.State.AT_COUNTY).values("campaign"))


CONSOLE = Console(
    menu=[
        MenuEntry(
            *("learning", _("School kits"), CAMPAIGNS, READ),
            needs=("supplies.arrivals", "supplies.unsent"),
            service="school_supplies",
            icon="basket",
        ),
        MenuEntry("learning", _("School kits handed over"), "supplies:handovers", READ_HANDOVER),
    ],
    needs=[
        Need(
            *("supplies.arrivals", _("School kits to receive"), "basket", RECEIVE, CAMPAIGNS, _to_receive, "sent_at"),
            place="station__name",
            wait_days=3,
            bad_days=7,
        ),
        Need(
            *("supplies.unsent", _("Campaigns with school kits to send"), "basket", SEND, CAMPAIGNS),
            *(_to_send, "starts_date"),
            query="state=running",
            wait_days=14,
            bad_days=30,
        ),
    ],
)
