"""Windows of parametric cover are settled by themselves once a reading is released.

A window whose last day nobody measured waits for ten days; then people decide: it waits on, or two of them cancel it.
"""

import datetime as dt

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from core.database.db import lock
from core.days import day_in, instant_of
from core.errors import WrongState, refuses
from core.language.reasons import needs_words
from core.models import StatusChange
from finance.insurance import arithmetic
from finance.insurance.machine import WINDOW
from finance.insurance.models import IndexPayout, IndexReading, IndexWindow, Policy
from finance.insurance.services.index_ceilings import value_payouts
from finance.insurance.services.index_proposals import WAITS, move_window
from ledger.services import book_of
from stations.accounts.models import User

_S = IndexWindow.Status
#: So many policies are paid in one transaction.
CHUNK = 500


@refuses(WrongState)
@transaction.atomic
def settle_index_windows(*, country: str, at: dt.datetime) -> bool:
    """One step: fix the index of a window of a country, or pay so many policies of it. Whether there was a step.

    The window is held meanwhile: whoever comes second finds the next step, and no policy is paid twice.
    """
    today = day_in(book_of(country).zone, at)
    due = _due(country, today).order_by("end_date", "pk").first()
    if due is None:
        return False
    window = lock(due)
    if window.status == _S.OPEN:
        _fix_index(window, today, at=at)
    elif window.status == _S.PAYING:
        _pay_some(window, at=at)
    return True


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def wait_for_reading(*, window: IndexWindow, reason: str, by: User, at: dt.datetime) -> IndexWindow:
    """Give a window without a reading ten more days from today on in its country."""
    window = lock(window)
    WINDOW.check("wait_for_reading", window.status)
    today = day_in(book_of(window.source.region.country).zone, at)
    window.wait_until_date = today + WAITS
    return move_window(window, _S.OPEN, at=at, by=by, reason=reason)


def policies_of_window(window: IndexWindow) -> QuerySet[Policy]:
    """Who is paid by a window: insured in its terms and region through all of its days, the waiting time before them.

    The premium was paid by the first of these days: later the weather is known. A policy that is suspended or cancelled
    when the window is settled, or was suspended when it ended, is not paid, nor is that of a person who died before
    the window began, nor one that another window paid for some of these days where it was before.
    """
    covered_since = window.start_date - dt.timedelta(days=window.benefit.waiting_days)
    zone = book_of(window.source.region.country).zone
    insured = Policy.objects.filter(
        version=window.benefit.version_id,
        status__in=[Policy.Status.ACTIVE, Policy.Status.EXPIRED],
        start_date__lte=covered_since,
        end_date__gte=window.end_date,
        batch__checked_at__lt=instant_of(zone, covered_since + dt.timedelta(days=1), dt.time()),
        station__village__path__startswith=window.source.region.path,
    )
    living = insured.exclude(person__died_date__lt=window.start_date).exclude(_was_paid_for_a_day_of(window))
    return living.exclude(person__merged_into__died_date__lt=window.start_date).exclude(_ended_suspended())


def amount_by_index(window: IndexWindow) -> int:
    """What the reading of a window gives each policy before ceilings, in minor units."""
    benefit, reading = window.benefit, window.reading
    if reading is None or benefit.trigger is None or benefit.exit is None or benefit.sum_insured_minor is None:
        return 0
    worth = arithmetic.parametric(
        benefit.sum_insured_minor, trigger=benefit.trigger, exit_at=benefit.exit, index=reading.value
    )
    return worth.amount


def _ended_suspended() -> Exists:
    """Whether a policy was suspended when its cover ended: `expired` does not say so."""
    changes = StatusChange.objects.filter(
        content_type=ContentType.objects.get_for_model(Policy),
        object_id=Cast(OuterRef("pk"), CharField()),
        old=Policy.Status.SUSPENDED,
        new=Policy.Status.EXPIRED,
    )
    return Exists(changes)


def _was_paid_for_a_day_of(window: IndexWindow) -> Exists:
    """Whether another window of the benefit has paid a policy for days of this one: its station moved meanwhile."""
    other = IndexPayout.objects.filter(
        policy=OuterRef("pk"),
        amount_minor__gt=0,
        window__benefit=window.benefit_id,
        window__start_date__lte=window.end_date,
        window__end_date__gte=window.start_date,
    )
    return Exists(other.exclude(window=window.pk))


def _due(country: str, today: dt.date) -> QuerySet[IndexWindow]:
    """Windows for which something is to be done now."""
    said = IndexReading.objects.filter(date=OuterRef("end_date"), released_at__isnull=False)
    by_backup = Q(Exists(said.filter(source=OuterRef("source__backup"))), stand_in_date__lte=today)
    measured = Q(Exists(said.filter(source=OuterRef("source")))) | by_backup
    waits_in_vain = Q(wait_until_date__lt=today)
    return IndexWindow.objects.filter(
        Q(status=_S.PAYING) | (Q(status=_S.OPEN, end_date__lt=today) & (measured | waits_in_vain)),
        source__region__country=country,
    )


def _fix_index(window: IndexWindow, today: dt.date, *, at: dt.datetime) -> None:
    """By the weather station itself, else, from its day on, by the one that stands in; without either it is missing."""
    WINDOW.check("settle_index_windows", window.status)
    said = IndexReading.objects.filter(date=window.end_date, released_at__isnull=False)
    by_source = {reading.source_id: reading for reading in said.filter(source__in=_sources_of(window))}
    reading = by_source.get(window.source_id)
    if reading is None and today >= window.stand_in_date:
        reading = by_source.get(window.source.backup_id)
    if reading is not None:
        window.reading = reading
        move_window(window, _S.PAYING, at=at)
    elif window.wait_until_date < today:
        move_window(window, _S.MISSING, at=at)


def _sources_of(window: IndexWindow) -> list[int]:
    return [pk for pk in (window.source_id, window.source.backup_id) if pk is not None]


def _pay_some(window: IndexWindow, *, at: dt.datetime) -> None:
    """What the next policies get; the window is settled when there are none, or where the index pays nothing."""
    WINDOW.check("settle_index_windows", window.status)
    gross = amount_by_index(window)
    rest = policies_of_window(window).exclude(index_payouts__window=window) if gross else Policy.objects.none()
    policies = list(rest.select_related("version__product__insurer", "product").order_by("pk")[:CHUNK])
    if policies:
        value_payouts(window, policies, gross, at=at)
    else:
        window.settled_at = at
        move_window(window, _S.SETTLED, at=at)
