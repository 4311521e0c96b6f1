"""Whose the cash is that a counter takes: the partner's, who paid from the float, or the company's."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.days import day_in
from core.language import formatting
from finance.floats.models import StationMoney
from finance.tills.queries import TillState, oldest_cash_date, till_state
from finance.tills.services.cash_dues import DUE_AFTER
from stations.network.models import Station


@dataclass(frozen=True, slots=True)
class WhoseCash:
    """Whose the next cash is, as one sentence.

    `keeps_till`: a drawer is opened, counted and closed here, because company cash is taken or lies in it.
    `is_open`: the drawer takes company cash now.
    """

    is_company: bool
    keeps_till: bool
    is_open: bool
    words: str
    icon: str


def whose_cash(
    station: Station,
    *,
    rules: StationMoney,
    at: dt.datetime,
    state: TillState | None = None,
    is_essential: bool = False,
    names_day: bool = False,
) -> WhoseCash:
    """As the station works now; what is essential is company cash everywhere.

    `rules` are those of today; `state` is the till's where it was read before. `names_day` also says until when the
    oldest cash is to be brought.
    """
    today = day_in(station.zone, at)
    is_centre = station.kind == Station.Kind.COUNTY_CENTRE
    is_company = is_essential or is_centre or rules.mode == StationMoney.Mode.POSTPAID
    state = state or till_state(station, at=at)
    keeps = is_company or state.day is not None or state.balance.minor != 0
    if is_centre:
        words = _("The cash here belongs to the companies.")
    elif is_company:
        words = _companys(station, today, has_cash=names_day and state.balance.minor > 0)
    else:
        words = _own(keeps)
    return WhoseCash(
        is_company=is_company,
        keeps_till=keeps,
        is_open=state.day is not None and (is_essential or not state.is_left_over),
        words=words,
        icon="till" if is_company else "wallet",
    )


def _own(keeps: bool) -> str:
    if keeps:
        return _(
            "The cash you take for bills is yours: they are paid from your float. Company cash stays in the till,"
            " apart from it."
        )
    return _("The cash you take is yours: each bill is already paid from your float.")


def _companys(station: Station, today: dt.date, *, has_cash: bool) -> str:
    if not has_cash:
        return _("The cash you take belongs to the companies: bring it to the county centre.")
    due = (oldest_cash_date(station) or today) + DUE_AFTER
    if due < today:
        return _(
            "The cash you take belongs to the companies: it was due at the county centre on %(day)s. Bring it soon."
        ) % {"day": formatting.day(due)}
    return _("The cash you take belongs to the companies: bring it to the county centre by %(day)s.") % {
        "day": formatting.day(due)
    }
