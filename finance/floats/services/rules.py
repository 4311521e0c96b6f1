"""The money rules of a station: changed from a date on, never behind anybody's back."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in
from core.errors import Refused, refuses
from core.history import record_change
from core.language.reasons import needs_words
from core.web.ranges import ends_after
from finance.floats.models import StationMoney
from finance.floats.queries import money_rules
from ledger.models import Account
from stations.accounts.models import User
from stations.network.models import Station

#: What can be changed, apart from the mode.
LIMITS = ("ceiling_minor", "warn_bp", "float_min_minor", "float_max_minor", "cash_min_minor", "cash_max_minor")


class RulesInThePast(Refused):
    """What held yesterday held yesterday."""

    code = "rules_in_the_past"
    status = 422
    message = _("Rules change from today, not retroactively.")


class ModeStartsToday(Refused):
    """A change of the mode starts at once: only then it can be seen that nothing is set aside."""

    code = "mode_starts_today"
    status = 422
    message = _("Switching between prepaid and postpaid takes effect the same day. Come back on that day.")


class FloatHoldsPending(Refused):
    """Money of the float is set aside for payments or transfers in progress."""

    code = "float_holds_pending"
    message = _("Part of this float is still reserved. Change the mode when nothing is in progress.")


class LimitsNotInOrder(Refused):
    """The least is at most the most, the ceiling is above nothing, the warning at most the whole."""

    code = "limits_not_in_order"
    status = 422
    message = _("These limits do not fit together: the minimum must not exceed the maximum.")


class NothingChanges(Refused):
    """The rules are these already."""

    code = "nothing_changes"
    status = 422
    message = _("These rules already apply.")


@refuses(RulesInThePast, NothingChanges, LimitsNotInOrder, ModeStartsToday, FloatHoldsPending)
@needs_words("reason")
@transaction.atomic
def set_station_money(
    *, station: Station, changes: Mapping[str, Any], from_date: dt.date, reason: str, by: User, at: dt.datetime
) -> StationMoney:
    """Let other rules hold at a station from a date on; what was planned for later is replaced.

    `changes` maps `mode` and the names of `LIMITS` to new values (minor units, basis points); the rest stays.
    """
    station = lock(station)
    before = money_rules(station, on=from_date)
    rules = check_rules(station=station, changes=changes, from_date=from_date, at=at)
    _end_earlier_modes(station, from_date)
    rules.save(force_insert=True)
    record_change(rules, old=before.mode, new=rules.mode, at=at, actor=by.pk, reason=reason)
    return rules


@refuses(RulesInThePast, NothingChanges, LimitsNotInOrder, ModeStartsToday, FloatHoldsPending)
def check_rules(*, station: Station, changes: Mapping[str, Any], from_date: dt.date, at: dt.datetime) -> StationMoney:
    """The rules as they would be, not saved. Refused as `set_station_money`."""
    today = day_in(station.zone, at)
    if from_date < today:
        raise RulesInThePast(field="from_date")
    before = money_rules(station, on=from_date)
    rules = _changed(before, changes, from_date)
    _refuse_disorder(rules)
    if rules.mode != before.mode:
        _refuse_mode(station, from_date, today)
    return rules


def _changed(before: StationMoney, changes: Mapping[str, Any], from_date: dt.date) -> StationMoney:
    values = {name: getattr(before, name) for name in ("station", "currency", "mode", *LIMITS)}
    if all(values[name] == value for name, value in changes.items()):
        raise NothingChanges
    return StationMoney(**{**values, **changes, "from_date": from_date})


def _refuse_disorder(rules: StationMoney) -> None:
    in_order = (
        rules.ceiling_minor > 0
        and 0 <= rules.warn_bp <= 10_000
        and 0 <= rules.float_min_minor <= rules.float_max_minor
        and 0 <= rules.cash_min_minor <= rules.cash_max_minor
    )
    if not in_order:
        raise LimitsNotInOrder


def _refuse_mode(station: Station, from_date: dt.date, today: dt.date) -> None:
    if from_date != today:
        raise ModeStartsToday(field="from_date")
    floats = Account.objects.filter(kind="float", code__startswith=f"float:{station.code}:", closed_at=None)
    if floats.filter(Q(debits_pending__gt=0) | Q(credits_pending__gt=0)).exists():
        raise FloatHoldsPending(field="mode")


def _end_earlier_modes(station: Station, from_date: dt.date) -> None:
    StationMoney.objects.filter(station=station, from_date__gte=from_date).delete()
    running = StationMoney.objects.filter(ends_after(from_date), station=station)
    running.filter(from_date__lt=from_date).update(to_date=from_date)
