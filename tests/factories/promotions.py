"""Promotions that run, made by the services that make them in the field."""

import datetime as dt
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.timezone import now

from core.days import day_in
from core.money import Money
from finance import chart
from orders.models import Promotion, PromotionBearer
from orders.promotions.services import (
    Terms,
    agree_to_promotion,
    approve_promotion,
    prepare_promotion,
    record_supplier_agreement,
)
from stations.models import Division, User
from tests.factories.purchases import Shop
from tests.factories.stations import county_manager_of, finance_officer

DAY = dt.timedelta(days=1)


def terms(ready: Shop, **values: Any) -> Terms:
    """Ten percent off everything, borne by the platform, in a month around today."""
    today = day_in(ready.station.zone, values.pop("at", None) or now())
    currency = ready.station.currency
    usual: dict[str, Any] = {
        "code": "SPRING10",
        "kind": "percent",
        "value": 1_000,
        "budget": Money(values.pop("budget_minor", 1_000_00), currency),
        "min_goods": Money(values.pop("min_goods_minor", 0), currency),
        "shares": {"platform": 10_000},
        "from_date": today - 10 * DAY,
        "to_date": today + 20 * DAY,
    }
    return Terms(**{**usual, **values})


def prepared(ready: Shop, *, by: User | None = None, **values: Any) -> Promotion:
    """One that waits for another person."""
    own = {"county": values.pop("county", None), "at": values.get("at") or now()}
    return prepare_promotion(
        terms=terms(ready, **values),
        name="Spring",
        name_zh="春耕优惠",
        by=by or county_manager_of(ready.station.county),
        key=uuid4().hex,
        **own,
    )


def running(ready: Shop, **values: Any) -> Promotion:
    """One that somebody else has approved."""
    made = agreed(prepared(ready, **values), at=values.get("at") or now())
    return approve_promotion(promotion=made, by=finance_officer(), at=values.get("at") or now())


def agreed(promotion: Promotion, *, at: dt.datetime) -> Promotion:
    """Those who bear some of it have agreed."""
    parties = set(promotion.bearers.values_list("party", flat=True))
    if "county" in parties:
        agree_to_promotion(promotion=promotion, by=county_manager_of(promotion.division), at=at)
    if "supplier" in parties:
        record_supplier_agreement(promotion=promotion, evidence="确认函 2026-11-03", by=finance_officer(), at=at)
    return promotion


def subsidy_key(ready: Shop, promotion: Promotion) -> chart.AccountKey:
    return chart.subsidy(promotion.division, f"promotion-{promotion.code}")


def promotion_row(county: Division, by: User, **values: Any) -> Promotion:
    """A promotion of a county that waits for another person, without the services' rules."""
    known = Promotion.objects.filter(division=county, status="prepared").order_by("pk").first()
    if known is not None:
        return known
    today = day_in("UTC", now())
    code = f"ROW{uuid4().hex[:8].upper()}"
    usual: dict[str, Any] = {"key": uuid4().hex, "code": code, "name": "Spring", "name_zh": "春耕优惠"}
    usual |= {"kind": "percent", "value": 1_000, "division": county, "currency": "CNY", "budget_minor": 1_000_00}
    usual |= {"from_date": today, "to_date": today + 20 * DAY, "prepared_by": by, "prepared_at": now()}
    with transaction.atomic():
        made = Promotion.objects.create(**{**usual, **values})
        PromotionBearer.objects.create(promotion=made, party="platform", share_bp=10_000)
    return made
