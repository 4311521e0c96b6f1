"""Who bears what a promotion took off pays it into customer funds at the hand-over, and gets it back from a return.

Fees, and the supplier's part, come from the goods before promotions: the supplier bears its share by getting less.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

from core.database.db import present
from core.money import Money
from finance.settlement.services import put_in, put_in_by_county, take_back_for_county, take_back_what_was_put_in
from ledger.models import Account
from orders.promotions.models import Promotion, PromotionBearer, PromotionPart
from orders.promotions.queries import parts_of_slice
from orders.purchases.models import FulfilmentLine, Order

_P = PromotionBearer.Party
#: Parts of what promotions took off, each with the minor units of it that are meant.
Borne = Sequence[tuple[PromotionPart, int]]


def put_in_shares(order: Order, line: FulfilmentLine, *, funds: Account, at: dt.datetime) -> Money:
    """expense and subsidy -> customer funds: the shares of platform and county of goods that are handed over.

    Says what the supplier bears. Once for each line of a part; the caller holds the order.
    """
    parts = parts_of_slice(line)
    about: dict[str, Any] = {"target": funds, "reason": "share of a promotion", "at": at}
    platform = _borne_by(_P.PLATFORM, parts)
    if platform:
        put_in(event_id=str(line.pk), amount=Money(platform, order.currency), **about)
    for promotion, minor in _borne_by_county(parts).items():
        put_in_by_county(
            event_id=f"{line.pk}:{promotion.code}",
            county=present(promotion.division),
            programme=_programme(promotion),
            amount=Money(minor, order.currency),
            **about,
        )
    return Money(_borne_by(_P.SUPPLIER, parts), order.currency)


def not_borne_by_supplier(parts: Borne, *, currency: str) -> Money:
    """What platform and county had put in for goods that come back, as `give_back_goods` says it."""
    return Money(sum(minor for part, minor in parts if part.party != _P.SUPPLIER), currency)


def take_back_shares(order: Order, parts: Borne, *, event: str, funds: Account, at: dt.datetime) -> None:
    """customer funds -> expense and subsidy: that again. Once for each `event`; the caller holds the order."""
    about: dict[str, Any] = {"source": funds, "reason": "share of a promotion taken back", "at": at}
    platform = _borne_by(_P.PLATFORM, parts)
    if platform:
        take_back_what_was_put_in(event_id=event, amount=Money(platform, order.currency), **about)
    for promotion, minor in _borne_by_county(parts).items():
        take_back_for_county(
            event_id=f"{event}:{promotion.code}",
            county=present(promotion.division),
            programme=_programme(promotion),
            amount=Money(minor, order.currency),
            **about,
        )


def _borne_by(party: str, parts: Borne) -> int:
    return sum(minor for part, minor in parts if part.party == party)


def _borne_by_county(parts: Borne) -> Counter[Promotion]:
    """By promotion: its own county bears it, wherever the station stands by now."""
    found: Counter[Promotion] = Counter()
    for part, minor in parts:
        if part.party == _P.COUNTY and minor:
            found[part.use.promotion] += minor
    return found


def _programme(promotion: Promotion) -> str:
    """Each promotion has an account of its county; no other programme has the same, whatever its code is."""
    return f"promotion-{promotion.code}"
