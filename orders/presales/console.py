"""What presales show outside their pages: the menu, what the county allots and delivers, what is handed over."""

import datetime as dt

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from orders.presales.models import PresaleClaim, PresaleCycle, PresaleOrder
from orders.presales.services.steps import DECLINED_WITHIN
from orders.produce.models import Lot
from stations.accounts.models import User
from stations.accounts.queries import own_logins

READ, ALLOT, DELIVER = "orders.read_presale", "orders.allot_presale", "orders.deliver_presale"
READ_ORDER, HAND_OVER = "orders.read_presale_order", "orders.hand_over_presale_order"
DECIDE = "orders.decide_presale_claim"
LIST, ORDERS = "presales:presales", "presales:orders"
_P, _O = PresaleCycle.Status, PresaleOrder.Status


def _to_allot(*, user: User, at: dt.datetime) -> QuerySet[PresaleCycle]:
    return PresaleCycle.objects.open_to(user, ALLOT).filter(status=_P.CLOSED)


def _to_deliver(*, user: User, at: dt.datetime) -> QuerySet[PresaleCycle]:
    """Those whose orders are settled, and that nobody can give up any more; told at night, it is known from 08:00."""
    rows = PresaleCycle.objects.open_to(user, DELIVER).filter(status=_P.ALLOTTED, settled_at__isnull=False)
    return rows.filter(Q(available=F("ordered")) | Q(settled_at__lte=at - DECLINED_WITHIN))


def _to_hand_over(*, user: User, at: dt.datetime) -> QuerySet[PresaleOrder]:
    """Without boxes of the reader, which another person hands over, and of lots that are stopped or called back."""
    rows = PresaleOrder.objects.open_to(user, HAND_OVER).filter(status=_O.ALLOTTED, presale__status=_P.DELIVERED)
    rows = rows.exclude(presale__lot__status__in=Lot.STOPPED)
    return rows.exclude(villager__logins__in=own_logins(user))


def _claims(*, user: User, at: dt.datetime) -> QuerySet[PresaleOrder]:
    """Those about which another person has written a claim down, without boxes of the reader."""
    rows = PresaleOrder.objects.open_to(user, DECIDE)
    open_claims = PresaleClaim.objects.filter(status=PresaleClaim.Status.RAISED)
    others = open_claims.exclude(raised_by__in=own_logins(user))
    return rows.filter(pk__in=others.values("order")).exclude(villager__logins__in=own_logins(user))


CONSOLE = Console(
    menu=[
        MenuEntry("produce", _("Presales"), LIST, READ, needs=("presales.allot", "presales.deliver")),
        MenuEntry("produce", _("Presale orders"), ORDERS, READ_ORDER, needs=("presales.hand_over", "presales.claims")),
    ],
    needs=[
        Need(
            *("presales.allot", _("Presales to be allotted"), "basket", ALLOT, LIST, _to_allot, "closed_at"),
            query="state=allot",
        ),
        Need(
            *("presales.deliver", _("Presales to be delivered"), "van", DELIVER, LIST, _to_deliver, "allotted_at"),
            query="state=deliver",
        ),
        Need(
            *("presales.hand_over", _("Boxes to hand over"), "basket", HAND_OVER, ORDERS, _to_hand_over),
            "presale__ended_at",
            place="station__name",
            query="state=here",
        ),
        Need(
            *("presales.claims", _("Complaints about boxes"), "camera", DECIDE, ORDERS, _claims),
            "ended_at",
            place="station__name",
            query="state=claimed",
        ),
    ],
)
