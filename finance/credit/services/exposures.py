"""Caps: reserved when a loan is approved, given back as it is repaid; one conditional UPDATE for each counter."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import F, Sum
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from core.errors import Refused, refuses
from core.money import Money
from finance.credit.models import ExposureCounter, ExposureEntry
from finance.credit.queries import cap_on

_K = ExposureEntry.Kind


class CapReached(Refused):
    """More would be lent to somebody, or somewhere, than may be at once."""

    code = "cap_reached"
    status = 422
    message = _("At most %(limit)s may be lent at once to one %(scope)s. %(left)s of it are left.")


@refuses(CapReached)
@transaction.atomic
def reserve_exposure(
    *,
    loan_ref: UUID,
    scopes: Mapping[str, Sequence[str]],
    amount: Money,
    country: str,
    date: dt.date,
    event_ref: str,
) -> None:
    """Count an amount against the caps of these scopes (scope -> whose), all or none; the same event counts once.

    Whose: one who is known by several names (logins of one person, records that were merged) is counted under the
    first, and what stands under the others counts too. A scope without a cap is not counted. Raises `CapReached`.
    """
    for scope, refs in sorted(scopes.items()):
        limit = cap_on(scope, country=country, currency=amount.currency, date=date)
        if limit is None:
            continue
        counter = _counter(scope, refs[0], limit)
        _entry, is_new = ExposureEntry.objects.get_or_create(
            counter=counter,
            loan_ref=loan_ref,
            kind=_K.RESERVED,
            event_ref=event_ref,
            defaults={"amount_minor": amount.minor},
        )
        elsewhere = _used_under(scope, refs[1:], currency=limit.currency)
        if is_new and not _take(counter, amount, limit, elsewhere=elsewhere):
            counter.refresh_from_db()
            left = Money(max(0, limit.minor - counter.used_minor - elsewhere), limit.currency)
            raise CapReached(scope=str(counter.get_scope_display()), limit=limit.display(), left=left.display())


@transaction.atomic
def release_exposure(*, loan_ref: UUID, amount: Money | None, event_ref: str) -> None:
    """Give back an amount, or all that a loan still takes; the same event gives back once."""
    taken = ExposureEntry.objects.filter(loan_ref=loan_ref).values("counter").annotate(left=Sum("amount_minor"))
    for row in taken.order_by("counter__scope", "counter__scope_ref"):
        minor = min(row["left"], row["left"] if amount is None else amount.minor)
        if minor <= 0:
            continue
        _entry, is_new = ExposureEntry.objects.get_or_create(
            counter_id=row["counter"],
            loan_ref=loan_ref,
            kind=_K.RELEASED,
            event_ref=event_ref,
            defaults={"amount_minor": -minor},
        )
        if is_new:
            ExposureCounter.objects.filter(pk=row["counter"]).update(used_minor=F("used_minor") - minor)


def hold_exposures(*, loan_refs: Iterable[UUID]) -> None:
    """Hold the counters of these loans until the transaction ends, in the order in which each is given back to."""
    taken = ExposureEntry.objects.filter(loan_ref__in=list(loan_refs)).values("counter")
    list(ExposureCounter.objects.filter(pk__in=taken).order_by("scope", "scope_ref").select_for_update(no_key=True))


@transaction.atomic
def restore_exposure(*, loan_ref: UUID, amount: Money, event_ref: str) -> None:
    """Count again what was given back for a payment that never was, also above a cap: it is lent; once for an event."""
    taken = ExposureEntry.objects.filter(loan_ref=loan_ref).values("counter").distinct()
    for row in taken.order_by("counter__scope", "counter__scope_ref"):
        _entry, is_new = ExposureEntry.objects.get_or_create(
            counter_id=row["counter"],
            loan_ref=loan_ref,
            kind=_K.RESERVED,
            event_ref=event_ref,
            defaults={"amount_minor": amount.minor},
        )
        if is_new:
            used = F("used_minor") + amount.minor
            counter = ExposureCounter.objects.filter(pk=row["counter"])
            counter.update(used_minor=used, limit_minor=Greatest(F("limit_minor"), used))


@transaction.atomic
def release_exposures(*, amounts: Mapping[UUID, int], event_ref: str) -> None:
    """Give back so much of each loan (minor units of its currency), at most what it still takes; once for an event."""
    taken = ExposureEntry.objects.filter(loan_ref__in=amounts).values("counter", "loan_ref")
    entries = [
        ExposureEntry(
            counter_id=row["counter"],
            loan_ref=row["loan_ref"],
            kind=_K.RELEASED,
            event_ref=event_ref,
            amount_minor=-min(row["left"], amounts[row["loan_ref"]]),
        )
        for row in taken.annotate(left=Sum("amount_minor")).filter(left__gt=0)
    ]
    given = Counter[int]()
    for entry in entries:
        given[entry.counter_id] -= entry.amount_minor
    held = ExposureCounter.objects.filter(pk__in=given).order_by("scope", "scope_ref")
    counters = list(held.select_for_update(no_key=True))
    for counter in counters:
        counter.used_minor -= given[counter.pk]
    ExposureEntry.objects.bulk_create(entries)
    ExposureCounter.objects.bulk_update(counters, ["used_minor"])


def _counter(scope: str, ref: str, limit: Money) -> ExposureCounter:
    about = {"scope": scope, "scope_ref": ref, "currency": limit.currency}
    ExposureCounter.objects.bulk_create([ExposureCounter(**about, limit_minor=limit.minor)], ignore_conflicts=True)
    return ExposureCounter.objects.get(**about)


def _used_under(scope: str, refs: Sequence[str], *, currency: str) -> int:
    """What was taken under other names, in minor units; nothing is taken there any more, it is only given back."""
    counters = ExposureCounter.objects.filter(scope=scope, scope_ref__in=refs, currency=currency)
    return int(counters.aggregate(used=Sum("used_minor", default=0))["used"]) if refs else 0


def _take(counter: ExposureCounter, amount: Money, limit: Money, *, elsewhere: int) -> bool:
    """One UPDATE: nobody else can take the same of it."""
    fits = ExposureCounter.objects.filter(pk=counter.pk, used_minor__lte=limit.minor - amount.minor - elsewhere)
    return bool(fits.update(used_minor=F("used_minor") + amount.minor, limit_minor=limit.minor))
