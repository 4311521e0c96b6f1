"""What parcels to the city show outside their pages: the menu, what waits for the county, and for their senders."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.days import earliest_day
from core.web.console import Console, MenuEntry, Need
from orders.shipping.lists import AT_CENTRE
from orders.shipping.machine import SHIPMENT
from orders.shipping.models import Shipment
from orders.shipping.queries import damaged
from stations.accounts.models import User
from stations.accounts.queries import own_logins

READ, ACCEPT, LIST = "orders.read_shipment", "orders.accept_shipment", "shipping:shipments"
HAND_ON, HAND_BACK = "orders.hand_on_shipment", "orders.hand_back_shipment"
COMPENSATE, DISPOSE = "orders.compensate_shipment", "orders.dispose_of_shipment"
_S = Shipment.Status


def _for_carrier(*, user: User, at: dt.datetime) -> QuerySet[Shipment]:
    return Shipment.objects.open_to(user, HAND_ON).filter(AT_CENTRE)


def _back(*, user: User, at: dt.datetime) -> QuerySet[Shipment]:
    return Shipment.objects.open_to(user, HAND_BACK).filter(status=_S.RETURNED)


def _unfetched(*, user: User, at: dt.datetime) -> QuerySet[Shipment]:
    """Whose days are over everywhere on earth, but for what the reader accepted or sent."""
    rows = Shipment.objects.open_to(user, DISPOSE).filter(status=_S.RETURNED)
    rows = rows.filter(fetch_until_date__lt=earliest_day(at))
    mine = own_logins(user)
    return rows.exclude(accepted_by__in=mine).exclude(sender__logins__in=mine)


def _damaged(*, user: User, at: dt.datetime) -> QuerySet[Shipment]:
    """Reported and not compensated, but for what the reader accepted."""
    rows = damaged(Shipment.objects.open_to(user, COMPENSATE))
    ended = SHIPMENT.arrows["compensate_shipment"]
    return rows.filter(status__in=ended).exclude(accepted_by__in=own_logins(user))


CONSOLE = Console(
    menu=[
        MenuEntry(
            *("counter", _("Send a parcel to the city"), "shipping:new", ACCEPT), service="parcel_send", icon="van"
        ),
        MenuEntry(
            *("parcels", _("Parcels to the city"), LIST, READ),
            needs=("shipping.carrier", "shipping.back", "shipping.unfetched", "shipping.damaged"),
        ),
    ],
    needs=[
        Need(
            *("shipping.carrier", _("Parcels for the carrier"), "van", HAND_ON, LIST, _for_carrier, "accepted_at"),
            query="state=centre",
        ),
        Need(
            *("shipping.back", _("Parcels that their senders fetch"), "parcel", HAND_BACK, LIST, _back, "accepted_at"),
            query="state=back",
            wait_days=7,
            bad_days=14,
        ),
        Need(
            *("shipping.unfetched", _("Parcels that their senders did not fetch"), "alert", DISPOSE, LIST),
            *(_unfetched, "accepted_at"),
            query="state=back",
        ),
        Need(*("shipping.damaged", _("Damage to compensate"), "alert", COMPENSATE, LIST, _damaged, "accepted_at")),
    ],
)
