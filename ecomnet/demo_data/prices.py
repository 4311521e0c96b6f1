"""Plans and prices in every state: retired, in force, coming, drafted; over, in force, from a later day on."""

import datetime as dt
from typing import Any

from ecomnet.demo_data.days import day_of
from ecomnet.demo_data.stations import Cast
from finance.fees.services import (
    Part,
    approve_commission_plan,
    draft_commission_plan,
    end_tariff,
    remove_rule,
    retire_commission_plan,
    set_tariff,
    write_rule,
)
from finance.models import CommissionPlan, Tariff
from stations.models import Division, User

DAY = dt.timedelta(days=1)
CHINA: dict[str, Any] = {"country": "CN", "currency": "CNY"}
#: Anyone who is paid by the margin or by a percentage gets these parts of the total, in basis points.
PARTS = [Part("partner", "percent_of_total", 60_00), Part("county", "percent_of_total", 15_00)]


def load_prices(cast: Cast, *, at: dt.datetime) -> None:
    """Nothing of it changes what a sale of today earns or costs at the counters of the story."""
    _load_plans(cast, at)
    _load_tariffs(cast, at)


def _load_plans(cast: Cast, at: dt.datetime) -> None:
    """A plan of hubs that was followed and put away, and a draft of the standard one that waits for another person."""
    maker, checker = cast.officers[:2]
    for number, days in enumerate((200, 100)):
        made_at = at - days * DAY
        from_date = day_of(made_at) + 2 * DAY
        hub = draft_commission_plan(code="hub", from_date=from_date, by=maker, at=made_at, **CHINA)
        _write(hub, maker, made_at, service="goods_order", total_kind="percent", total_value=600 + 50 * number)
        approve_commission_plan(plan=hub, by=checker, at=made_at + DAY)
    retire_commission_plan(plan=CommissionPlan.objects.get(code="hub", version=1), by=checker, at=at - DAY)
    standard = CommissionPlan.objects.get(code="standard", version=1)
    drafted = draft_commission_plan(
        code="standard", from_date=_first_of_next_month(at), like=standard, by=maker, at=at, **CHINA
    )
    goods = drafted.rules.get(service="goods_order")
    remove_rule(plan=drafted, position=goods.position, by=maker, at=at)
    small = {"service": "goods_order", "total_kind": "percent", "total_value": 6_00, "window_days": 7}
    _write(drafted, maker, at, **small, amount_to_minor=500_00, floor_minor=1_00)
    _write(drafted, maker, at, **small | {"total_value": 5_00}, amount_from_minor=500_00, cap_minor=60_00)
    fee = Part("partner", "percent_of_total", 80_00)
    facts = {"service": "travel_booking.agent_fee", "total_kind": "percent", "total_value": 100_00}
    write_rule(plan=drafted, position=None, facts=facts, parts=[fee], by=maker, at=at)


def _write(plan: CommissionPlan, by: User, at: dt.datetime, **facts: Any) -> None:
    write_rule(plan=plan, position=None, facts=facts, parts=PARTS, by=by, at=at)


def _load_tariffs(cast: Cast, at: dt.datetime) -> None:
    officer = cast.officers[0]
    county = next(station for station in cast.stations if station.code.startswith("321324")).county

    def price(
        service: str, days: int, value: int, *, reason: str, place: Division | None = None, **more: Any
    ) -> Tariff:
        set_at = at + min(days, 0) * DAY - DAY
        return set_tariff(
            service=service,
            division=place,
            value=value,
            from_date=day_of(at) + days * DAY,
            by=officer,
            at=set_at,
            reason=reason,
            **CHINA | {"kind": "flat", "cap_minor": None} | more,
        )

    price("travel_booking", -400, 6_00, reason="开业时的价")
    price("travel_booking", -60, 5_00, reason="降价")
    price("hospital_registration", -300, 2_00, place=county, reason="试点")
    price("hospital_registration", 20, 1_00, place=county, reason="试点满意，再降一元")
    price("farmer_shop", -90, 1_00, kind="percent", cap_minor=5_00, reason="按金额收，不超过五元")
    trial = price("library", -80, 50, reason="试行押金手续费")
    end_tariff(
        tariff=trial,
        last_date=day_of(at) - 30 * DAY,
        country="CN",
        by=officer,
        at=at - 31 * DAY,
        reason="借书不再收费",
    )


def _first_of_next_month(at: dt.datetime) -> dt.date:
    return (day_of(at).replace(day=1) + 32 * DAY).replace(day=1)
