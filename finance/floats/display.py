"""What a forecast says, for people: where its number is from, how long a float lasts, how it went."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.database.db import present
from core.language import formatting
from core.money import Money
from core.web.charts import Chart, Series
from finance.floats.models import FloatForecast, FloatTopUp
from finance.floats.queries import FloatState, float_state, latest_forecast
from stations.network.models import Station

#: Labels under the chart on a phone.
LABELS = 5


def reasons(row: FloatForecast) -> list[str]:
    """One sentence for each day ahead, and one for the sum where the least float is more."""
    days = [_of_day(day, row.currency) for day in row.basis]
    total = Money(sum(day["minor"] for day in row.basis), row.currency)
    if total < row.need:
        days.append(
            _("Total %(total)s; the station’s minimum float is higher: %(need)s.")
            % {"total": formatting.money(total), "need": formatting.money(row.need)}
        )
    elif len(days) > 1:
        days.append(_("Total %(total)s.") % {"total": formatting.money(total)})
    return days


def lasts(state: FloatState) -> str:
    """How long the float lasts at this pace, in a few words; empty where nobody has looked ahead."""
    cover = state.days_of_cover
    if cover is None:
        return ""
    return _cover(cover)


def _cover(days: Decimal) -> str:
    """In whole days: nobody plans by a tenth of one."""
    if days < 1:
        return _("will not last a day")
    return ngettext("lasts about %(days)s day", "lasts about %(days)s days", round(days)) % {"days": round(days)}


def advice(row: FloatForecast) -> str:
    """What to do now, in one sentence; empty where the float is enough."""
    if row.level == FloatForecast.Level.OK:
        return ""
    return _("%(need)s is needed until %(until)s. Top up %(suggested)s.") % {
        "until": formatting.day(row.until_date),
        "need": formatting.money(row.need),
        "suggested": formatting.money(row.suggested),
    }


def low_at(station: Station, at: dt.datetime) -> list[str]:
    """For the one who stands at the drawer: that the float is low, and what to do; nothing where it is enough."""
    state, forecast = float_state(station, at=at), latest_forecast(station, at=at)
    if state is None or forecast is None or not state.is_low:
        return []
    words = _("The float has %(available)s and %(lasts)s.") % {
        "available": formatting.money(state.available),
        "lasts": lasts(state),
    }
    return [" ".join(filter(None, [words, advice(forecast)]))]


def cover_chart(rows: Sequence[FloatForecast]) -> Chart | None:
    """How long the float lasted, day by day, against one whole day; None before there are two days."""
    known = [row for row in rows if row.days_of_cover is not None]
    if len(known) < 2:
        return None
    below = sum(row.level != FloatForecast.Level.OK for row in known)
    labels = [formatting.day(row.date) for row in known]
    step = max(1, -(-len(known) // LABELS))
    return Chart(
        title=_("How many days the float lasts"),
        finding=_finding(below, len(known)),
        labels=labels,
        short_labels=[formatting.short_day(row.date) if number % step == 0 else "" for number, row in enumerate(known)],
        series=[Series(_("days of cover"), [float(present(row.days_of_cover)) for row in known])],
        unit=_("days"),
        id="cover",
    )


def _finding(below: int, days: int) -> str:
    if not below:
        return _("The float was enough every evening.")
    words = ngettext(
        "On %(below)s of %(days)s evenings the float was below the forecast need.",
        "On %(below)s of %(days)s evenings the float was below the forecast need.",
        days,
    )
    return words % {"below": below, "days": days}


def _of_day(day: dict[str, Any], currency: str) -> str:
    date, count = dt.date.fromisoformat(day["date"]), day["days"]
    words = {
        "usual": ngettext(
            "%(day)s: %(amount)s. This covered the last %(weekday)s.",
            "%(day)s: %(amount)s. This covered 4 in 5 of the last %(count)s %(weekday)ss.",
            count,
        ),
        "mean": ngettext(
            "%(day)s: %(amount)s. The last open day plus 20%%.",
            "%(day)s: %(amount)s. The average of the last %(count)s open days plus 20%%.",
            count,
        ),
        "least": _("%(day)s: %(amount)s. No history yet, so the minimum float counts."),
        "closed": _("%(day)s: the station is closed."),
    }[day["how"]]
    return words % {
        "day": formatting.day(date),
        "weekday": formatting.weekday(date),
        "amount": formatting.money(Money(day["minor"], currency)),
        "count": count,
    }


def lasted(row: FloatForecast) -> str:
    """For how many days a float is enough, by its last forecast."""
    return "" if row.days_of_cover is None else _cover(row.days_of_cover)


def level_kind(row: FloatForecast) -> str:
    """The colour of a float's level."""
    return {"ok": "ok", "low": "wait"}.get(row.level, "bad")


def topup_kind(topup: FloatTopUp) -> str:
    """The colour of a top-up's status word."""
    return {"credited": "ok", "rejected": "bad", "undone": "bad", "funds_seen": "info"}.get(topup.status, "wait")
