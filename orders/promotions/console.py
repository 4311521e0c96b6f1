"""What promotions show outside their pages: the menu, what waits for another person, and budgets nearly used up."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from orders.promotions.models import Promotion, PromotionBearer
from orders.promotions.queries import agreed_by_all, prepared_still, running_low, waits_for
from stations.accounts.models import User
from stations.accounts.queries import own_logins

READ, APPROVE, END = "orders.read_promotion", "orders.approve_promotion", "orders.end_promotion"
AGREE, SUPPLIER = "orders.agree_to_promotion", "orders.record_supplier_agreement"
LIST = "promotions:promotions"
_P = PromotionBearer.Party


def _to_approve(*, user: User, at: dt.datetime) -> QuerySet[Promotion]:
    """Those that wait for nobody's share: not what the reader has prepared or recorded an agreement to, nor coupons
    of the reader's own shop.
    """
    own = own_logins(user)
    agreed = agreed_by_all(prepared_still(Promotion.objects.open_to(user, APPROVE), at=at))
    others = agreed.exclude(prepared_by__in=own).exclude(agreed_by__in=own)
    return others.exclude(bearers__agreement__agreed_by__in=own).exclude(shop__owner__logins__in=own)


def _to_agree(*, user: User, at: dt.datetime) -> QuerySet[Promotion]:
    return prepared_still(Promotion.objects.open_to(user, AGREE), at=at).filter(waits_for(_P.COUNTY))


def _without_supplier(*, user: User, at: dt.datetime) -> QuerySet[Promotion]:
    return prepared_still(Promotion.objects.open_to(user, SUPPLIER), at=at).filter(waits_for(_P.SUPPLIER))


def _low(*, user: User, at: dt.datetime) -> QuerySet[Promotion]:
    return running_low(Promotion.objects.open_to(user, END), at=at)


NEEDS = ("promotions.agree", "promotions.supplier", "promotions.approve", "promotions.low")
CONSOLE = Console(
    menu=[MenuEntry("goods", _("Promotions"), LIST, READ, needs=NEEDS)],
    needs=[
        Need(
            *("promotions.approve", _("Promotions to approve"), "basket", APPROVE, LIST, _to_approve, "prepared_at"),
            query="state=waiting",
        ),
        Need(
            *("promotions.agree", _("Promotions that the county bears"), "scales", AGREE, LIST, _to_agree),
            "prepared_at",
            query="state=waiting",
        ),
        Need(
            *("promotions.supplier", _("Promotions that a supplier bears"), "scales", SUPPLIER, LIST),
            *(_without_supplier, "prepared_at"),
            query="state=waiting",
        ),
        Need(
            *("promotions.low", _("Promotions nearly used up"), "coins", END, LIST, _low, "from_date"),
            query="state=running",
            wait_days=366,
            bad_days=366,
        ),
    ],
)
