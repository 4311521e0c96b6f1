"""The public register of a month: sums of each payer, and payouts by place, as coarse as too few of a kind demand."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median_low
from uuid import UUID

from django.db import transaction
from django.db.models import Q, Sum

from core.database.db import present
from core.money import Money
from finance.insurance import accounts
from finance.insurance.models import (
    Claim,
    ClaimPayment,
    Contribution,
    Fund,
    IndexPayment,
    Insurer,
    Peril,
    Policy,
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
    return Q(policy__in=Policy.objects.filter(_policies_of(payer)))


def _policies_of(payer: Fund | Insurer) -> Q:
    """Those whose claims this payer bears."""
    if isinstance(payer, Fund):
        return Q(version__payer_fund=payer)
    return Q(version__payer_fund=None, product__insurer=payer)


def _month_of(payer: Fund | Insurer, month: dt.date, since: dt.datetime, until: dt.datetime) -> None:
    within = {"recorded_at__gte": since, "recorded_at__lt": until}
    received = Contribution.objects.filter(**_of(payer), **within).aggregate(minor=Sum("amount_minor"))["minor"]
    of_payer: dict[str, Fund | Insurer] = (
        {"fund": payer} if isinstance(payer, Fund) else {"policy__product__insurer": payer}
    )
    paid_within = {"policy__batch__checked_at__gte": since, "policy__batch__checked_at__lt": until}
    funded = PolicyFunding.objects.filter(**of_payer, **paid_within)
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


@dataclass(frozen=True, slots=True)
class _Payout:
    """What was paid for a claim, or of an index: `column` and `pk` say by which payment."""

    column: str
    pk: UUID
    status: str
    ended_at: dt.datetime
    county: Division
    group: str
    amount: Money


def _payouts_of(payer: Fund | Insurer, until: dt.datetime) -> list[_Payout]:
    """Everything that a payer paid over the bank before an instant, also what came back."""
    ended = {"status__in": [_P.PAID, _P.RETURNED], "ended_at__lt": until}
    claims = ClaimPayment.objects.filter(claim__in=Claim.objects.filter(_claims_of(payer)), **ended)
    policies = Policy.objects.filter(_policies_of(payer))
    indexes = IndexPayment.objects.filter(payout__policy__in=policies, **ended)
    county = "station__county__parent__parent"
    return [
        *(
            _payout("payment", row, row.claim.station.county, row.claim.peril)
            for row in claims.select_related(f"claim__{county}").order_by("pk")
        ),
        *(
            _payout("index_payment", row, row.payout.policy.station.county, row.payout.window.benefit.peril)
            for row in indexes.select_related(f"payout__policy__{county}", "payout__window__benefit").order_by("pk")
        ),
    ]


def _payout(column: str, row: ClaimPayment | IndexPayment, county: Division, peril: str) -> _Payout:
    return _Payout(column, row.pk, row.status, present(row.ended_at), county, GROUPS[Peril(peril)], row.amount)


def _rows_of(payer: Fund | Insurer, month: dt.date, until: dt.datetime) -> int:
    payouts = _payouts_of(payer, until)
    year = until - dt.timedelta(days=365)
    counts = _counts(each for each in payouts if each.status == _P.PAID and each.ended_at >= year)
    known = _known_rows(payer)
    rows = []
    for payout in payouts:
        shown, taken_off = known.get((payout.pk, False)), known.get((payout.pk, True))
        if payout.status == _P.PAID and shown is None:
            place = place_of(payout.county, payout.group, counts)
            rows.append(_row(payer, month, payout, place, sign=1))
        elif payout.status == _P.RETURNED and shown is not None and taken_off is None:
            rows.append(_row(payer, month, payout, shown.place, sign=-1))
    RegisterRow.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _known_rows(payer: Fund | Insurer) -> dict[tuple[UUID | None, bool], RegisterRow]:
    rows = RegisterRow.objects.filter(**_of(payer)).select_related("place")
    return {(row.payment_id or row.index_payment_id, row.is_correction): row for row in rows}


def _counts(payouts: Iterable[_Payout]) -> Counter[tuple[int, str]]:
    """How many payouts of each kind there were in each county, prefecture and province.

    What came back is none of them: one family whose account is wrong would else stand as several.
    """
    counts: Counter[tuple[int, str]] = Counter()
    for payout in payouts:
        place: Division | None = payout.county
        while place is not None:
            counts[place.pk, payout.group] += 1
            place = place.parent
    return counts


def _row(payer: Fund | Insurer, month: dt.date, payout: _Payout, place: Division, *, sign: int) -> RegisterRow:
    return RegisterRow(
        **_of(payer),
        **{f"{payout.column}_id": payout.pk},
        month_date=month,
        place=place,
        group=payout.group,
        amount_minor=sign * payout.amount.minor,
        currency=payout.amount.currency,
        is_correction=sign < 0,
    )
