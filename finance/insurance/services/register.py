"""The public register of a month: sums of each payer, and payouts by place, as coarse as too few of a kind demand."""

import datetime as dt
from collections import Counter
from statistics import median_low

from django.db import transaction
from django.db.models import Q, Sum

from finance.insurance import accounts
from finance.insurance.models import (
    Claim,
    ClaimPayment,
    Contribution,
    Fund,
    Insurer,
    Peril,
    PolicyFunding,
    RegisterMonth,
    RegisterRow,
)
from ledger.queries import balance_at
from stations.places.models import Division

_G, _P = RegisterRow.Group, ClaimPayment.Status
GROUPS = {
    Peril.ILLNESS: _G.HEALTH,
    Peril.DISABILITY: _G.HEALTH,
    Peril.NATURAL_DISASTER: _G.DISASTER,
    Peril.EDUCATION_COSTS: _G.SCHOOL,
}
#: So many payouts of a kind within a year let a place stand by its own name.
LEAST = 10
DECIDED = (*Claim.APPROVED, Claim.Status.REJECTED)


@transaction.atomic
def build_register(*, country: str, month: dt.date, since: dt.datetime, until: dt.datetime) -> int:
    """Write the register of a month (`since` to `until`, its instants in the country); how many rows. Again: none."""
    made = 0
    for payer in [*Fund.objects.filter(country=country), *Insurer.objects.filter(country=country)]:
        made += _rows_of(payer, month, until)
        _month_of(payer, month, since, until)
    return made


def place_of(station_county: Division, group: str, counts: Counter[tuple[int, str]]) -> Division:
    """The county, or where fewer than ten were paid for the same in a year its prefecture, or else the province."""
    place = station_county
    while place.level != Division.Level.PROVINCE and counts[place.pk, group] < LEAST and place.parent is not None:
        place = place.parent
    return place


def _of(payer: Fund | Insurer) -> dict[str, Fund | Insurer]:
    return {"fund": payer} if isinstance(payer, Fund) else {"insurer": payer}


def _claims_of(payer: Fund | Insurer) -> Q:
    if isinstance(payer, Fund):
        return Q(policy__version__payer_fund=payer)
    return Q(policy__version__payer_fund=None, policy__product__insurer=payer)


def _month_of(payer: Fund | Insurer, month: dt.date, since: dt.datetime, until: dt.datetime) -> None:
    within = {"recorded_at__gte": since, "recorded_at__lt": until}
    received = Contribution.objects.filter(**_of(payer), **within).aggregate(minor=Sum("amount_minor"))["minor"]
    premiums = 0
    if isinstance(payer, Fund):
        funded = PolicyFunding.objects.filter(fund=payer, created_at__gte=since, created_at__lt=until)
        premiums = funded.aggregate(minor=Sum("amount_minor"))["minor"] or 0
    paid = RegisterRow.objects.filter(**_of(payer), month_date=month)
    decided = list(
        Claim.objects.filter(_claims_of(payer), status__in=DECIDED, decided_at__gte=since, decided_at__lt=until)
        .values_list("status", "entered_at", "decided_at", "appeal")
        .order_by("pk")
    )
    days = [(decided_at - entered_at).days for _status, entered_at, decided_at, _appeal in decided if entered_at]
    account = (
        accounts.fund_account(payer, at=until) if isinstance(payer, Fund) else accounts.claims_float(payer, at=until)
    )
    row = RegisterMonth(
        **_of(payer),
        month_date=month,
        currency=payer.currency,
        received_minor=received or 0,
        premiums_minor=premiums,
        claims_minor=paid.aggregate(minor=Sum("amount_minor"))["minor"] or 0,
        left_minor=balance_at(account, until).posted.minor,
        decided=len(decided),
        rejected=sum(status == Claim.Status.REJECTED for status, *_rest in decided),
        appealed=sum(appeal is not None for *_rest, appeal in decided),
        median_days=median_low(days) if days else None,
    )
    RegisterMonth.objects.bulk_create([row], ignore_conflicts=True)


def _rows_of(payer: Fund | Insurer, month: dt.date, until: dt.datetime) -> int:
    claims = Claim.objects.filter(_claims_of(payer))
    payments = ClaimPayment.objects.filter(claim__in=claims, ended_at__lt=until).select_related(
        "claim__station__county__parent__parent"
    )
    ever_paid = payments.filter(status__in=[_P.PAID, _P.RETURNED])
    counts = _counts(ever_paid.filter(ended_at__gte=until - dt.timedelta(days=365)))
    known = set(RegisterRow.objects.filter(payment__in=ever_paid).values_list("payment", "is_correction"))
    rows = []
    for payment in ever_paid.filter(status=_P.PAID).order_by("pk"):
        if (payment.pk, False) not in known:
            rows.append(_row(payer, month, payment, counts, sign=1))
    for payment in ever_paid.filter(status=_P.RETURNED).order_by("pk"):
        if (payment.pk, False) in known and (payment.pk, True) not in known:
            rows.append(_row(payer, month, payment, counts, sign=-1))
    RegisterRow.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _counts(payments: object) -> Counter[tuple[int, str]]:
    """How many payouts of each kind there were in each county, prefecture and province."""
    counts: Counter[tuple[int, str]] = Counter()
    for payment in payments:  # type: ignore[attr-defined]
        place, group = payment.claim.station.county, GROUPS[Peril(payment.claim.peril)]
        while place is not None:
            counts[place.pk, group] += 1
            place = place.parent
    return counts


def _row(
    payer: Fund | Insurer, month: dt.date, payment: ClaimPayment, counts: Counter[tuple[int, str]], *, sign: int
) -> RegisterRow:
    group = GROUPS[Peril(payment.claim.peril)]
    before = RegisterRow.objects.filter(payment=payment, is_correction=False).select_related("place").first()
    place = before.place if before else place_of(payment.claim.station.county, group, counts)
    return RegisterRow(
        **_of(payer),
        month_date=month,
        place=place,
        group=group,
        amount_minor=sign * payment.amount_minor,
        currency=payment.currency,
        payment=payment,
        is_correction=sign < 0,
    )
