"""What returns show outside their pages: the menu, and what waits at the counter and at the county centre."""

import datetime as dt
from collections.abc import Callable

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from orders.returns.models import Return
from stations.accounts.models import User
from stations.accounts.queries import own_logins

READ, LIST = "orders.read_purchase", "returns:returns"
_S = Return.Status


def _in(status: str, verb: str) -> Callable[..., QuerySet[Return]]:
    """Without goods that were lost and whose money could not move: nobody sends or receives them any more."""

    def rows(*, user: User, at: dt.datetime) -> QuerySet[Return]:
        return Return.objects.open_to(user, verb).filter(status=status, unsettled_at=None)

    return rows


def _to_decide(*, user: User, at: dt.datetime) -> QuerySet[Return]:
    """Without goods of the reader, about which another person decides."""
    rows = Return.objects.open_to(user, "orders.approve_return").filter(status=_S.REQUESTED)
    return rows.exclude(order__villager__logins__in=own_logins(user))


def _to_inspect(*, user: User, at: dt.datetime) -> QuerySet[Return]:
    """Those that another person took, without goods of the reader."""
    mine = own_logins(user)
    rows = Return.objects.open_to(user, "orders.inspect_return").filter(status=_S.RECEIVED)
    return rows.exclude(requested_by__in=mine).exclude(order__villager__logins__in=mine)


def _unsettled(*, user: User, at: dt.datetime) -> QuerySet[Return]:
    return Return.objects.open_to(user, "orders.settle_return").filter(unsettled_at__isnull=False)


def _need(name: str, label: Promise, icon: str, status: str, verb: str, state: str) -> Need:
    return Need(
        *(name, label, icon, verb, LIST, _in(status, verb), "requested_at", "station__name"), query=f"state={state}"
    )


CONSOLE = Console(
    menu=[
        MenuEntry(
            *("goods", _("Goods brought back"), LIST, READ),
            needs=(
                *("returns.decide", "returns.drop", "returns.send", "returns.receive"),
                *("returns.inspect", "returns.replace", "returns.send_back", "returns.unsettled"),
            ),
        )
    ],
    needs=[
        Need(
            *("returns.decide", _("Returns to decide"), "scales", "orders.approve_return", LIST, _to_decide),
            *("requested_at", "station__name"),
            query="state=decide",
        ),
        _need("returns.drop", _("Returns to take in"), "basket", _S.APPROVED, "orders.drop_return", "counter"),
        _need("returns.send", _("Returns to send"), "parcel", _S.DROPPED, "orders.send_return", "counter"),
        _need("returns.receive", _("Returns on their way"), "parcel", _S.IN_TRANSIT, "orders.receive_return", "way"),
        Need(
            *("returns.inspect", _("Returns to inspect"), "eye", "orders.inspect_return", LIST, _to_inspect),
            *("requested_at", "station__name"),
            query="state=inspect",
        ),
        _need("returns.replace", _("Returns to replace"), "parcel", _S.INSPECTED, "orders.replace_return", "inspect"),
        _need(
            *("returns.send_back", _("Returns to send back"), "parcel", _S.NOT_ACCEPTED),
            *("orders.send_back_return", "inspect"),
        ),
        Need(
            *("returns.unsettled", _("Returns whose money could not move"), "alert", "orders.settle_return", LIST),
            *(_unsettled, "unsettled_at", "station__name"),
            query="state=unsettled",
        ),
    ],
)
