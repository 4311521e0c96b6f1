"""Tariffs: what a villager may be charged from a day on, set before that day begins."""

import datetime as dt

from django.db import connection, transaction
from django.db.models import Min, Q
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in
from core.errors import Refused, WrongState, refuses
from core.history import changes_of, record_change
from core.language.reasons import no_identity_numbers
from finance.fees.models import Tariff
from ledger.services import book_of
from stations.accounts.models import User
from stations.places.models import Division

_ACT = Tariff.Act


class TariffStartsTooEarly(Refused):
    """A price hangs on the wall before it is asked for."""

    code = "tariff_starts_too_early"
    status = 422
    message = _("A price change must start after today (%(today)s).")


class TariffStands(Refused):
    """One price at a time."""

    code = "tariff_stands"
    message = _("Another price for this service already starts on that day. Withdraw it first.")


class TariffEndsOddly(Refused):
    """The end of a price lies inside the time for which it holds."""

    code = "tariff_ends_oddly"
    status = 422
    message = _("The last day must be between today and the day this price ends.")


@refuses(TariffStartsTooEarly, TariffStands)
@no_identity_numbers("reason")
@transaction.atomic
def set_tariff(
    *,
    service: str,
    division: Division | None,
    kind: str,
    value: int,
    cap_minor: int | None,
    currency: str,
    country: str,
    from_date: dt.date,
    by: User,
    at: dt.datetime,
    reason: str = "",
) -> Tariff:
    """Let a price hold from a day on, in a division or everywhere; the one before it ends the day before.

    `value` is basis points or minor units.
    """
    today = day_in(book_of(country).zone, at)
    if from_date <= today:
        raise TariffStartsTooEarly(field="from_date", today=today)
    tariff = Tariff(
        service=service,
        division=division,
        kind=kind,
        value=value,
        cap_minor=cap_minor,
        currency=currency,
        from_date=from_date,
    )
    _take_in_turn(tariff)
    others = Tariff.objects.around(tariff)
    if others.filter(from_date=from_date).exists():
        raise TariffStands(field="from_date")
    for before in others.filter(Q(to_date=None) | Q(to_date__gt=from_date), from_date__lt=from_date):
        _let_follow(before, from_date, by=by, at=at)
    tariff.to_date = others.filter(from_date__gt=from_date).aggregate(next=Min("from_date"))["next"]
    tariff.save()
    record_change(tariff, old="", new=_ACT.SET, at=at, actor=by.pk, reason=reason)
    return tariff


@refuses(WrongState, TariffEndsOddly)
@no_identity_numbers("reason")
@transaction.atomic
def end_tariff(
    *, tariff: Tariff, last_date: dt.date, country: str, by: User, at: dt.datetime, reason: str = ""
) -> Tariff:
    """Charge nothing after a day, today at the earliest. Refused: `tariff_ends_oddly`, `wrong_state` (over already)."""
    tariff = lock(tariff)
    today = day_in(book_of(country).zone, at)
    _refuse_unless(tariff, today, Tariff.State.IN_FORCE, Tariff.State.COMING)
    to_date = last_date + dt.timedelta(days=1)
    first = max(today, tariff.from_date)
    if last_date < first or (tariff.to_date is not None and to_date > tariff.to_date):
        raise TariffEndsOddly(field="last_date")
    _hold_until(tariff, to_date)
    record_change(tariff, old=_ACT.SET, new=_ACT.ENDED, at=at, actor=by.pk, reason=reason)
    return tariff


@refuses(WrongState)
@no_identity_numbers("reason")
@transaction.atomic
def withdraw_tariff(*, tariff: Tariff, country: str, by: User, at: dt.datetime, reason: str = "") -> None:
    """Take back a price that has not begun; the one before it holds on."""
    tariff = lock(tariff)
    _take_in_turn(tariff)
    _refuse_unless(tariff, day_in(book_of(country).zone, at), Tariff.State.COMING)
    record_change(tariff, old=_ACT.SET, new=_ACT.WITHDRAWN, at=at, actor=by.pk, reason=reason)
    before = Tariff.objects.around(tariff).filter(to_date=tariff.from_date).first()
    tariff.delete()
    if before is not None:
        _let_hold_on(before, tariff.from_date, by=by, at=at)


def _let_hold_on(before: Tariff, day: dt.date, *, by: User, at: dt.datetime) -> None:
    """A price that was followed from this day on holds as long as it would have; one that was ended stays so."""
    about = changes_of(before).filter(Q(new=_ACT.ENDED) | Q(key__startswith=day.isoformat())).last()
    if about is None or about.new != _ACT.FOLLOWED:
        return
    _day, _mark, typed = about.key.partition("/")
    until = dt.date.fromisoformat(typed) if typed else None
    later = Tariff.objects.around(before).filter(from_date__gt=day).aggregate(next=Min("from_date"))["next"]
    _hold_until(before, min(filter(None, (until, later)), default=None))
    record_change(before, old=_ACT.FOLLOWED, new=_ACT.SET, at=at, actor=by.pk, key=day.isoformat())
    if later is not None and before.to_date == later != until:
        _note_following(before, later, until, by=by, at=at)


def _let_follow(before: Tariff, from_date: dt.date, *, by: User, at: dt.datetime) -> None:
    until = before.to_date
    _hold_until(before, from_date)
    _note_following(before, from_date, until, by=by, at=at)


def _note_following(before: Tariff, day: dt.date, until: dt.date | None, *, by: User, at: dt.datetime) -> None:
    """Until when it would have held goes along, so that a withdrawal finds it again."""
    key = f"{day.isoformat()}/{until.isoformat() if until else ''}"
    record_change(before, old=_ACT.SET, new=_ACT.FOLLOWED, at=at, actor=by.pk, key=key)


def _hold_until(tariff: Tariff, date: dt.date | None) -> None:
    tariff.to_date = date
    tariff.save(update_fields=["to_date", "updated_at"])


def _refuse_unless(tariff: Tariff, today: dt.date, *states: Tariff.State) -> None:
    state = tariff.state_on(today)
    if state not in states:
        raise WrongState(state=str(state.label))


def _take_in_turn(tariff: Tariff) -> None:
    """Held until the transaction ends: prices of one service at one place are set one after the other."""
    about = f"tariff {tariff.service} {tariff.currency} {tariff.division_id}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 5))", [about])
