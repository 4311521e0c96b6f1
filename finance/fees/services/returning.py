"""Commission given back in part with its sale: one rule everywhere, to the last cent.

With S of a base B given back so far, every line and every leg stands reversed at half-up(amount x S / B), so at most
itself; a step is the difference to the step before. What pays the legs (clearing, customer_funds, fee_receivable) gets
half-up of their sum; revenue takes the rest of it, a cent the other way if need be. Expense that paid somebody is such
a payer; expense that filled up a payer's margin is a rest.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import present
from core.errors import Refused, refuses
from core.money import Money
from finance import chart
from finance.fees.models import CommissionLine
from finance.fees.queries import GIVEN_BACK, REVERSED
from finance.fees.rules import PLATFORM, given_back
from finance.fees.services.earning import ACCRUED
from finance.fees.services.reversing import Funds, anew_of, correction_of, legs_of, siblings_of
from finance.hooks import Accrual
from ledger.models import Account, Transfer
from ledger.queries import business_date_of, transfers_of
from ledger.services import SYSTEM, Leg, book_of, post_transfers

#: Anyone who takes the rest of a split.
RESTS = frozenset({"revenue", "expense"})
#: Where the legs of a sale's success stand, by the event that its lines name.
POSTED_AS = {"payment": "payment_succeeded"}


class MoreThanStands(Refused):
    """Nothing is given back twice."""

    code = "more_than_stands"
    status = 422
    message = _("Only %(left)s of this can still be reversed.")


@dataclass(frozen=True, slots=True)
class Step:
    """How much of a base was given back before a step, and how much with it; minor units."""

    before: int
    after: int
    base: int

    def of(self, minor: int) -> int:
        """What the step takes of an amount."""
        return self.until_now(minor) - given_back(minor, returned=self.before, base=self.base)

    def until_now(self, minor: int) -> int:
        """What stands reversed of an amount after the step."""
        return given_back(minor, returned=self.after, base=self.base)

    @property
    def is_last(self) -> bool:
        """Whether nothing is left afterwards."""
        return self.after == self.base


def prepare_return(
    *,
    event_type: str,
    event_id: str,
    transfers: Sequence[Transfer],
    step: Step,
    currency: str,
    country: str,
    at: dt.datetime,
) -> Accrual:
    """What one step takes back of a sale: of every leg of its success, and of every line of commission.

    The caller posts the legs in its own group, beside what the payer gets, and stores the lines.
    """
    lines = _originals(event_type, event_id)
    moved = _moved(transfers, earners={line.account_id for line in lines})
    legs, taken = _legs_back(moved, step, currency=currency, country=country, at=at)
    if not lines:
        return Accrual([], legs)
    siblings = siblings_of(lines[0])
    funds = Funds(country, currency, at)
    back, more = _lines_back(lines, taken, step, funds, at=at)
    anew = anew_of(siblings, funds, because=event_id, at=at) if step.is_last else Accrual([], [])
    return Accrual(back + anew.lines, legs + more + anew.legs)


@refuses(MoreThanStands)
@transaction.atomic
def reverse_fees(
    *, event_type: str, event_id: str, part: int, base: int, at: dt.datetime, key: str
) -> list[CommissionLine]:
    """Take back what a sale has earned everybody, once `part` of its `base` was given back in all.

    Minor units, of money or of whatever the sale counts; `part` includes what was given back before. The same `part`
    again changes nothing; `key` is unique for ever.
    """
    _take_event_in_turn(event_type, event_id)
    lines = _originals(event_type, event_id)
    before = max((line.explanation.get("returned", 0) for line in _corrections(lines)), default=0)
    if part > base:
        raise MoreThanStands(left=str(base - before))
    if not lines or part <= before:
        return []
    country = lines[0].station.county.country
    posted = _posted(event_type, event_id)
    prepared = prepare_return(
        event_type=event_type,
        event_id=event_id,
        transfers=[transfer for transfer in posted if _is_of(transfer, lines)],
        step=Step(before, part, base),
        currency=lines[0].currency,
        country=country,
        at=at,
    )
    _post(prepared.legs, country=country, key=key, at=at)
    return CommissionLine.objects.bulk_create(prepared.lines)


@refuses(MoreThanStands)
@transaction.atomic
def reverse_lines(*, amounts: Mapping[CommissionLine, Money], at: dt.datetime, key: str) -> list[CommissionLine]:
    """Take so much of each line back, where the app above knows better than a proportion; `key` is unique for ever."""
    lines = list(amounts)
    if not lines:
        return []
    _take_event_in_turn(lines[0].event_type, lines[0].event_id)
    country, currency = lines[0].station.county.country, lines[0].currency
    stands = {line.pk: line.amount_minor for line in lines}
    for correction in _corrections(lines):
        stands[present(correction.reverses_id)] += correction.amount_minor
    funds = Funds(country, currency, at)
    back, legs = [], []
    for line, amount in amounts.items():
        if amount.minor > stands[line.pk]:
            raise MoreThanStands(left=Money(stands[line.pk], currency).display())
        facts = {"kind": GIVEN_BACK, "plain": amount.minor}
        back.append(
            correction_of(line, amount=-amount.minor, part=f"{GIVEN_BACK}:{key}"[:40], explanation=facts, at=at)
        )
        legs += legs_of(line, -amount.minor, funds)
    _post(legs, country=country, key=key, at=at)
    return CommissionLine.objects.bulk_create(back)


@dataclass(frozen=True, slots=True)
class _Moved:
    """A leg of the success, as whoever paid it sees it; `minor` is below nought where revenue paid into clearing."""

    transfer: Transfer
    payer: Account
    minor: int
    is_rest: bool


def _moved(transfers: Sequence[Transfer], *, earners: set[int]) -> list[_Moved]:
    posted = (transfer for transfer in transfers if transfer.kind == Transfer.Kind.POSTED)
    return [_as_its_payer_sees(transfer, earners=earners) for transfer in posted]


def _as_its_payer_sees(transfer: Transfer, *, earners: set[int]) -> _Moved:
    if transfer.debit.kind == "expense" and transfer.credit_id not in earners:
        return _Moved(transfer, transfer.credit, -transfer.amount, is_rest=True)
    return _Moved(transfer, transfer.debit, transfer.amount, is_rest=transfer.credit.kind in RESTS)


def _legs_back(
    moved: list[_Moved], step: Step, *, currency: str, country: str, at: dt.datetime
) -> tuple[list[Leg], dict[Any, int]]:
    """The legs of a step, and how much each transfer gives back in it."""
    by_payer: dict[Account, list[_Moved]] = defaultdict(list)
    for leg in moved:
        by_payer[leg.payer].append(leg)
    legs: list[Leg] = []
    taken: dict[Any, int] = {}
    for payer, its in by_payer.items():
        shares = _shares(its, step)
        taken |= {leg.transfer.pk: minor for leg, minor in shares}
        legs += [_leg_back(leg, minor, currency) for leg, minor in shares if minor]
        cent = step.of(sum(leg.minor for leg in its)) - sum(minor for _leg, minor in shares)
        if cent:
            revenue = chart.open_one(chart.platform("revenue"), country=country, currency=currency, at=at)
            debit, credit = (revenue, payer) if cent > 0 else (payer, revenue)
            legs.append(Leg(debit, credit, Money(abs(cent), currency), "the rest of what is given back"))
    return legs, taken


def _shares(its: list[_Moved], step: Step) -> list[tuple[_Moved, int]]:
    """Half-up for each leg; the last of those that take the rest takes what is left of the payer's step."""
    rests = [leg for leg in its if leg.is_rest]
    shares = [(leg, step.of(leg.minor)) for leg in its if leg not in rests[-1:]]
    if rests:
        left = step.of(sum(leg.minor for leg in its)) - sum(minor for _leg, minor in shares)
        shares.append((rests[-1], left))
    return shares


def _leg_back(leg: _Moved, minor: int, currency: str) -> Leg:
    """A part of a transfer, taken back; the other way where rounding gave too much before."""
    transfer = leg.transfer
    is_back = (minor > 0) == (leg.minor > 0)
    debit, credit = (transfer.credit, transfer.debit) if is_back else (transfer.debit, transfer.credit)
    return Leg(debit, credit, Money(abs(minor), currency), "given back", refund_of=transfer.pk)


def _lines_back(
    lines: list[CommissionLine], taken: dict[Any, int], step: Step, funds: Funds, *, at: dt.datetime
) -> tuple[list[CommissionLine], list[Leg]]:
    corrections = _corrections(lines)
    unmatched = dict(taken)
    by_line = _transfers_by_line(lines, unmatched)
    back, legs = [], []
    for line in lines:
        mine = [each for each in corrections if each.reverses_id == line.pk]
        anew = sum(each.amount_minor for each in mine if not each.part.startswith(GIVEN_BACK))
        plain = step.until_now(anew) - sum(each.explanation.get("plain", 0) for each in mine)
        amount = -(by_line.get(line.pk, 0) + plain)
        # The platform's line says how far the sale was given back, also where that is less than a cent for everybody.
        if amount == 0 and not step.is_last and line.beneficiary != PLATFORM:
            continue
        facts = {"kind": GIVEN_BACK, "returned": step.after, "base": step.base, "plain": plain}
        part = REVERSED if step.is_last else f"{GIVEN_BACK}:{step.after}"
        back.append(correction_of(line, amount=amount, part=part, explanation=facts, at=at))
        legs += legs_of(line, -plain, funds)
    return back, legs


def _transfers_by_line(lines: list[CommissionLine], taken: dict[Any, int]) -> dict[Any, int]:
    """How much the transfer that paid each line gives back; two lines never share one."""
    transfers = {transfer.pk: transfer for transfer in Transfer.objects.filter(pk__in=taken)}
    found = {}
    for line in lines:
        paid = next((pk for pk, transfer in transfers.items() if _paid(transfer, line)), None)
        if paid is not None:
            found[line.pk] = taken[paid]
            del transfers[paid]
    return found


def _paid(transfer: Transfer, line: CommissionLine) -> bool:
    if transfer.amount != abs(line.amount_minor):
        return False
    if line.amount_minor < 0:
        return transfer.credit_id == line.source_id
    return (transfer.debit_id, transfer.credit_id) == (line.source_id, line.account_id)


def _posted(event_type: str, event_id: str) -> list[Transfer]:
    """What paid the lines of a sale: legs in the group of the app above, or those of `accrue_fees`."""
    return [*transfers_of(POSTED_AS.get(event_type, event_type), event_id), *transfers_of(ACCRUED, event_id)]


def _is_of(transfer: Transfer, lines: list[CommissionLine]) -> bool:
    return any(_paid(transfer, line) for line in lines)


def _originals(event_type: str, event_id: str) -> list[CommissionLine]:
    lines = CommissionLine.objects.filter(event_type=event_type, event_id=event_id, reverses=None)
    return list(lines.select_related("rule", "account", "source", "station__county").order_by("pk"))


def _corrections(lines: list[CommissionLine]) -> list[CommissionLine]:
    return list(CommissionLine.objects.filter(reverses__in=lines))


def _take_event_in_turn(event_type: str, event_id: str) -> None:
    """Held until the transaction ends: what was given back of a sale is counted by one at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 3))", [f"{event_type}:{event_id}"])


def _post(legs: list[Leg], *, country: str, key: str, at: dt.datetime) -> None:
    if legs:
        post_transfers(
            legs=legs,
            event_type="fees_reversed",
            event_id=key,
            business_date=business_date_of(book_of(country), at),
            made_by=SYSTEM,
            at=at,
        )
