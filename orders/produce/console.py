"""What produce shows outside its pages: the menu, what waits at the scale and in the county, a figure."""

import datetime as dt

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from orders.produce.machine import LOT
from orders.produce.models import BuyerClaim, HarvestNotice, Intake, Lot, SettlementException
from stations.accounts.models import User
from stations.accounts.queries import own_logins

READ, READ_LOT, WEIGH = "orders.read_intake", "orders.read_lot", "orders.weigh_intake"
GRADE, REGRADE, ACCEPT = "orders.grade_intake", "orders.regrade_intake", "orders.accept_intake"
CONFIRM, FILL, SELL, DELIVER = "orders.confirm_harvest", "orders.fill_lot", "orders.sell_lot", "orders.deliver_lot"
DECIDE, RETRY = "orders.accept_claim", "orders.retry_settlement"
INTAKES, HARVESTS, LOTS, CLAIMS = "produce:intakes", "produce:harvests", "produce:lots", "produce:claims"
_I, _L = Intake.Status, Lot.Status


def _to_grade(*, user: User, at: dt.datetime) -> QuerySet[Intake]:
    return Intake.objects.open_to(user, GRADE).filter(status=_I.WEIGHED)


def _to_regrade(*, user: User, at: dt.datetime) -> QuerySet[Intake]:
    """Without those that the reader graded: another person does it."""
    return Intake.objects.open_to(user, REGRADE).filter(status=_I.DISPUTED).exclude(grader__in=own_logins(user))


def _to_agree(*, user: User, at: dt.datetime) -> QuerySet[Intake]:
    return Intake.objects.open_to(user, ACCEPT).filter(status__in=[_I.GRADED, _I.REGRADED])


def _to_confirm(*, user: User, at: dt.datetime) -> QuerySet[HarvestNotice]:
    return HarvestNotice.objects.open_to(user, CONFIRM).filter(status=HarvestNotice.Status.ANNOUNCED)


def _to_sell(*, user: User, at: dt.datetime) -> QuerySet[Lot]:
    return Lot.objects.open_to(user, SELL).filter(status__in=LOT.arrows["sell_lot"])


def _to_deliver(*, user: User, at: dt.datetime) -> QuerySet[Lot]:
    return Lot.objects.open_to(user, DELIVER).filter(status__in=[_L.ALLOCATED, _L.DISPATCHED])


def _set_apart(*, user: User, at: dt.datetime) -> QuerySet[Lot]:
    """Lots of which a farmer's statement could not be settled."""
    open_ones = SettlementException.objects.open().filter(lot=OuterRef("pk")).order_by("pk").values("found_at")[:1]
    return Lot.objects.open_to(user, RETRY).annotate(found_at=Subquery(open_ones)).filter(found_at__isnull=False)


def _to_decide(*, user: User, at: dt.datetime) -> QuerySet[BuyerClaim]:
    """Without those that the reader wrote down."""
    return (
        BuyerClaim.objects.open_to(user, DECIDE)
        .filter(status=BuyerClaim.Status.RAISED)
        .exclude(raised_by__in=own_logins(user))
    )


CONSOLE = Console(
    menu=[
        MenuEntry(*("counter", _("Weigh produce"), "produce:weigh", WEIGH), service="produce_intake", icon="scales"),
        MenuEntry("produce", _("Harvest notices"), HARVESTS, READ, needs=("produce.confirm",)),
        MenuEntry(
            "produce", _("Produce taken in"), INTAKES, READ, needs=("produce.grade", "produce.regrade", "produce.agree")
        ),
        MenuEntry(
            "produce",
            _("Lots of produce"),
            LOTS,
            READ_LOT,
            needs=("produce.sell", "produce.deliver", "produce.set_apart"),
        ),
        MenuEntry("produce", _("Claims of buyers"), CLAIMS, READ_LOT, needs=("produce.decide",)),
    ],
    needs=[
        Need(
            *("produce.grade", _("Produce to be graded"), "scales", GRADE, INTAKES, _to_grade, "weighed_at"),
            place="station__name",
            query="state=grade",
        ),
        Need(
            *("produce.regrade", _("Disputed grades"), "scales", REGRADE, INTAKES, _to_regrade, "weighed_at"),
            place="station__name",
            query="state=grade",
        ),
        Need(
            *("produce.agree", _("Farmers who have to agree"), "scales", ACCEPT, INTAKES, _to_agree, "weighed_at"),
            place="station__name",
            query="state=agree",
        ),
        Need(
            *("produce.confirm", _("Harvests to confirm"), "leaf", CONFIRM, HARVESTS, _to_confirm, "announced_at"),
            place="station__name",
            query="state=new",
        ),
        Need(
            *("produce.sell", _("Lots to be sold"), "layers", SELL, LOTS, _to_sell, "opened_at"),
            query="state=sell",
        ),
        Need(
            *("produce.deliver", _("Lots to be delivered"), "van", DELIVER, LOTS, _to_deliver, "opened_at"),
            query="state=deliver",
        ),
        Need(
            *("produce.set_apart", _("Lots set apart by the settlement"), "coins", RETRY, LOTS),
            *(_set_apart, "found_at", "station__name"),
            query="state=set_apart",
            wait_days=1,
            bad_days=3,
        ),
        Need(
            *("produce.decide", _("Claims of buyers to decide"), "alert", DECIDE, CLAIMS, _to_decide, "raised_at"),
            query="state=new",
        ),
    ],
)
