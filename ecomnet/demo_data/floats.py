"""Floats in every state: lent, declined, recalled, expired; cash counted and taken; and how long each of them lasts."""

import datetime as dt
from typing import Any

from core.days import day_in
from core.money import Money
from ecomnet.demo_data.days import day_of
from ecomnet.demo_data.drawers import pieces_of
from ecomnet.demo_data.stations import STORY, Cast
from finance import chart
from finance.floats.services import (
    accept_float,
    decline_float,
    expire_float,
    forecast_need,
    recall_float,
    record_days,
    request_topup,
    send_float,
    set_station_money,
)
from finance.floats.services.limits import TurnedAway, note_refusal
from finance.floats.services.topups import add_to_float
from finance.models import CashDay, FloatTopUp, FloatTransfer, StationMoney, TopUpCash
from finance.tills.queries import till_balance
from finance.tills.services import open_cash_day
from ledger.queries import business_date_of
from ledger.services import book_of, expire_hold
from stations.models import Station

CURRENCY = "CNY"
NEIGHBOUR = "321324-0005"
HISTORY, EVENINGS = dt.timedelta(days=90), 21
#: Stations with more bills than float: what they should keep at least, in fen.
MORE_NEEDED = {"0005": 10_000_00, "0007": 18_000_00}
A_DAY = dt.timedelta(hours=24)


def load_floats(cast: Cast, *, at: dt.datetime) -> None:
    """At the story's station and its neighbours; every float is looked ahead for on the last evenings."""
    by_code = {station.code: station for station in cast.stations}
    story, neighbour = by_code[STORY], by_code[NEIGHBOUR]
    _change_rules(cast, story, at)
    _transfers(cast, story, neighbour, at)
    _cash(cast, story, at)
    stations = [station.pk for station in cast.stations]
    today = day_in(story.zone, at)
    record_days(stations=stations, first=day_of(at - HISTORY), last=today - dt.timedelta(days=1), at=at)
    for days in (3, 9):
        note_refusal(TurnedAway(neighbour, Money(186_40, CURRENCY), at - dt.timedelta(days=days)))
    for evening in range(EVENINGS, 0, -1):
        forecast_need(stations=stations, date=today - dt.timedelta(days=evening), at=at - dt.timedelta(days=evening))


def _change_rules(cast: Cast, story: Station, at: dt.datetime) -> None:
    """Two stations of each county keep more, and the story's may hold more cash from tomorrow on."""
    for station in cast.village_stations:
        if least := MORE_NEEDED.get(station.code[-4:]):
            StationMoney.objects.filter(station=station).update(float_min_minor=least)
    set_station_money(
        station=story,
        changes={"ceiling_minor": 6_000_00},
        from_date=day_in(story.zone, at) + dt.timedelta(days=1),
        reason="冬季账单增多",
        by=cast.officers[0],
        at=at,
    )


def _transfers(cast: Cast, story: Station, neighbour: Station, at: dt.datetime) -> None:
    mine, theirs = cast.partners[story.pk], cast.partners[neighbour.pk]
    times = iter(at - dt.timedelta(days=days) for days in (12, 9, 6, 4))
    for verb, who in ((accept_float, theirs), (decline_float, theirs), (recall_float, mine)):
        when = next(times)
        transfer = _sent(story, neighbour, mine, 120_00, at - dt.timedelta(minutes=1))
        verb(transfer=transfer, by=who, at=at)
        _write_back(transfer, when)
    _expired(_sent(story, neighbour, mine, 90_00, at - A_DAY - dt.timedelta(minutes=1)), at)
    _sent(story, neighbour, mine, 200_00, at - dt.timedelta(minutes=40))
    _sent(neighbour, story, theirs, 60_00, at - dt.timedelta(minutes=20))


def _sent(station: Station, to: Station, by: Any, minor: int, at: dt.datetime) -> FloatTransfer:
    return send_float(station=station, to=to, amount=Money(minor, CURRENCY), by=by, at=at)


def _expired(transfer: FloatTransfer, at: dt.datetime) -> None:
    date = business_date_of(book_of("CN"), at)
    expire_hold(pending_id=transfer.hold_transfer_id, business_date=date, at=at)
    expire_float(transfer=transfer, at=at)


def _write_back(transfer: FloatTransfer, when: dt.datetime) -> None:
    """It happened some days ago; the books keep their own time."""
    FloatTransfer.objects.filter(pk=transfer.pk).update(
        sent_at=when, expires_at=when + A_DAY, answered_at=when + dt.timedelta(hours=1)
    )


def _cash(cast: Cast, story: Station, at: dt.datetime) -> None:
    """One asked for, one counted, one taken: the clerk's till holds it."""
    partner, clerk = cast.partners[story.pk], cast.clerks[story.county_id]
    centre = next(each for each in cast.stations if each.county_id == story.county_id and each.parent_id is None)
    _ask(story, partner, 300_00, at)
    _counted(_ask(story, partner, 500_00, at), centre, partner, clerk, at, is_signed=False)
    if not CashDay.objects.filter(station=centre).unclosed().exists():
        open_cash_day(station=centre, lines=pieces_of(till_balance(centre).minor), by=clerk, at=at)
    taken = _ask(story, partner, 800_00, at)
    _counted(taken, centre, partner, clerk, at, is_signed=True)
    taken.via = FloatTopUp.Via.CASH
    add_to_float(topup=taken, source=chart.till(centre), amount=taken.amount, by=clerk, at=at)


def _ask(story: Station, partner: Any, minor: int, at: dt.datetime) -> FloatTopUp:
    return request_topup(station=story, amount=Money(minor, CURRENCY), by=partner, at=at, via=FloatTopUp.Via.CASH)


def _counted(topup: FloatTopUp, centre: Station, partner: Any, clerk: Any, at: dt.datetime, *, is_signed: bool) -> None:
    """As the clerk counted it; nobody's phone rings in a demonstration."""
    signed = {"signed_with": "code", "signed_by": partner, "signed_at": at} if is_signed else {}
    TopUpCash.objects.create(
        topup=topup,
        centre=centre,
        counted_minor=topup.amount_minor,
        currency=topup.currency,
        lines={"10000": topup.amount_minor // 100_00},
        counted_by=clerk,
        counted_at=at,
        **signed,
    )
