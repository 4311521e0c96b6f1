"""How promotions are shown: colours and words of states, what is taken off, who bears it, and what was spent."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.database.db import present
from core.days import day_in
from core.language import formatting
from core.money import Money
from core.web.bars import Bars, money_bars
from core.web.tables import Column, Table
from core.web.timeline import coded
from orders.catalog.queries import quantity_words
from orders.promotions.models import FARMER_AGREED, Promotion, PromotionBearer, PromotionUse, ShopCouponUse
from orders.promotions.queries import borne_so_far, spent_by_day

_S = Promotion.Status
KINDS = {_S.PREPARED: "wait", _S.APPROVED: "ok", _S.REJECTED: "bad", _S.ENDED: "info"}
REASON_WORDS = coded({FARMER_AGREED: gettext_lazy("Farmer agreed")})
DAYS = 30


def kind_of(promotion: Promotion) -> str:
    """The colour of its state."""
    return KINDS[_S(promotion.status)]


def value_words(promotion: Promotion) -> str:
    """`10 % off`, `¥20.00 off`, `¥15.00 off each set`."""
    if promotion.is_in_basis_points:
        return _("%(percent)s %% off") % {"percent": f"{promotion.value / 100:g}"}
    amount = formatting.money(Money(promotion.value, promotion.currency))
    if promotion.kind == Promotion.Kind.BUNDLE:
        return _("%(amount)s off each set") % {"amount": amount}
    return _("%(amount)s off") % {"amount": amount}


def article_rows(promotion: Promotion) -> list[str]:
    """What one set of a bundle holds."""
    rows = promotion.articles.select_related("variant__product").order_by("pk")
    return [f"{each.variant.title}, {quantity_words(each.variant, each.quantity)}" for each in rows]


def bearers_table(promotion: Promotion) -> Table:
    """Who bears which share, what that is of the budget, and what it is so far."""
    so_far = borne_so_far(promotion)
    rows = [
        (
            each.get_party_display(),
            _("%(percent)s %%") % {"percent": each.percent},
            formatting.money(Money(so_far.get(each.party, 0), promotion.currency)),
            _agreement_words(each),
        )
        for each in promotion.bearers.select_related("agreement__agreed_by__person").order_by("pk")
    ]
    columns = [
        *(Column(_("Who bears it")), Column(_("Share"), number=True), Column(_("So far"), number=True)),
        Column(_("Agreement")),
    ]
    total = (_("Together"), "", formatting.money(promotion.used), "")
    return Table(_("Who bears it"), columns, rows, total=total, small=True)


def _agreement_words(bearer: PromotionBearer) -> str:
    """Who agreed, or recorded it, and the paper."""
    if bearer.party == PromotionBearer.Party.PLATFORM:
        return ""
    if bearer.agreed_at is None:
        return _("not agreed yet")
    if bearer.party == PromotionBearer.Party.SELLER:
        return present(bearer.promotion.agreed_by).shown_name
    said = bearer.agreement
    return " · ".join(each for each in (said.agreed_by.shown_name, said.evidence) if each)


def spent_chart(promotion: Promotion, *, zone: str, at: dt.datetime) -> Bars:
    """What it took off by day: its last 30 days, or those before today while it runs."""
    today = day_in(zone, at)
    last = min(max(promotion.from_date, today), promotion.last_day)
    first = max(promotion.from_date, last - dt.timedelta(days=DAYS - 1))
    days = [first + dt.timedelta(days=count) for count in range((last - first).days + 1)]
    rows = spent_by_day(promotion, first=first, last=last)
    return money_bars(
        [(row["day"], promotion.currency, row["count"], row["minor"]) for row in rows],
        title=_("Taken off by day"),
        period=_("Day"),
        counted=_("Orders"),
        labels={day: formatting.short_day(day) for day in days},
        is_running=last == today,
    )


def use_rows(uses: Sequence[PromotionUse | ShopCouponUse]) -> list[dict[str, Any]]:
    """The orders that used it; of one that gave all of it back, that."""
    return [
        {
            "use": each,
            "title": each.order.number,
            "href": reverse(_page_of(each), args=[each.order_id]),
            "detail": _where_and_when(each),
            "kind": "ok" if each.standing else "info",
            "words": _("used") if each.standing else _("returned to the budget"),
        }
        for each in uses
    ]


def _page_of(use: PromotionUse | ShopCouponUse) -> str:
    return "shops:order" if isinstance(use, ShopCouponUse) else "purchases:purchase"


def _where_and_when(use: PromotionUse | ShopCouponUse) -> str:
    station = use.order.shop.station if isinstance(use, ShopCouponUse) else use.order.station
    return f"{station.name} · {formatting.short_day(day_in(station.zone, use.used_at))}"
