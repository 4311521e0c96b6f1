"""Commission taken back with its sale, and what that changes for payments that counted as one with it."""

import datetime as dt
from collections import Counter
from typing import Any

from core.database.db import present
from core.fields import uuid7
from core.money import Money
from finance import chart
from finance.fees import rules
from finance.fees.models import CommissionLine
from finance.fees.queries import GIVEN_BACK, REVERSED
from finance.fees.rules import Part
from finance.fees.services.splitting import Counted, computed_anew, counted_as_one, take_target_in_turn
from finance.hooks import Accrual
from ledger.models import Account
from ledger.services import Leg


def prepare_reversal(*, event_type: str, event_id: str, country: str, at: dt.datetime) -> Accrual:
    """What a sale that is taken back whole takes with it.

    The caller reverses the transfers of the sale itself, and posts these legs in the same group: they undo what later
    corrections had moved, and move what the parts that stand earn now. Where clearing had paid, revenue pays.
    """
    lines = list(
        CommissionLine.objects.filter(event_type=event_type, event_id=event_id, reverses=None)
        .select_related("rule", "account", "source", "station")
        .order_by("pk")
    )
    if not lines:
        return Accrual([], [])
    siblings = siblings_of(lines[0])
    funds = Funds(country, lines[0].currency, at)
    taken, legs = _take_back(lines, funds, at=at)
    anew = anew_of(siblings, funds, because=event_id, at=at)
    return Accrual(taken + anew.lines, legs + anew.legs)


def anew_of(siblings: list[Counted], funds: "Funds", *, because: str, at: dt.datetime) -> Accrual:
    """What the payments that stand earn now that one of them does not count any more."""
    lines, legs = [], []
    for each, parts in computed_anew(siblings):
        new_lines, new_legs = _correct(each, parts, funds, because=because, at=at)
        back_lines, back_legs = _given_back_already(each, new_lines, funds, at=at)
        lines += [*new_lines, *back_lines]
        legs += [*new_legs, *back_legs]
    return Accrual(lines, legs)


class Funds:
    """Who pays a correction: the one who paid the line, but revenue in the place of clearing."""

    def __init__(self, country: str, currency: str, at: dt.datetime) -> None:
        self.revenue = chart.open_one(chart.platform("revenue"), country=country, currency=currency, at=at)

    def of(self, line: CommissionLine) -> Account:
        """The account that is debited for more, and credited for less."""
        return self.revenue if line.source is None or line.source.kind == "clearing" else line.source


def siblings_of(line: CommissionLine) -> list[Counted]:
    """The other payments that count as one with this line's; their target is held until the transaction ends."""
    minutes = line.rule.once_per_target_minutes if line.rule else 0
    if not minutes or not line.target:
        return []
    take_target_in_turn(station=line.station, service=line.service, target=line.target)
    return counted_as_one(
        station=line.station,
        service=line.service,
        target=line.target,
        taken_at=line.taken_at,
        minutes=minutes,
        without=line.event_id,
    )


def _take_back(lines: list[CommissionLine], funds: Funds, *, at: dt.datetime) -> tuple[list[CommissionLine], list[Leg]]:
    corrected: Counter[Any] = Counter()
    for correction in CommissionLine.objects.filter(reverses__in=lines):
        corrected[correction.reverses_id] += correction.amount_minor
    taken, legs = [], []
    for line in lines:
        facts = {"kind": REVERSED, "line": str(line.pk)}
        amount = -line.amount_minor - corrected[line.pk]
        taken.append(correction_of(line, amount=amount, part=REVERSED, explanation=facts, at=at))
        legs += legs_of(line, -corrected[line.pk], funds)
    return taken, legs


def _correct(
    each: Counted, parts: list[Part], funds: Funds, *, because: str, at: dt.datetime
) -> tuple[list[CommissionLine], list[Leg]]:
    """New lines for the differences between what a payment should have earned and what stands for it."""
    differences = {part.beneficiary: part.amount - each.of(part.beneficiary) for part in parts}
    if each.original(rules.PLATFORM).source_id and funds.of(each.original(rules.PLATFORM)) == funds.revenue:
        differences[rules.PLATFORM] = -sum(
            minor for beneficiary, minor in differences.items() if beneficiary != rules.PLATFORM
        )
    lines, legs = [], []
    for part in parts:
        difference = differences[part.beneficiary]
        if difference == 0:
            continue
        original = each.original(part.beneficiary)
        facts = {**part.explanation, "kind": "computed_anew", "because": because}
        lines.append(correction_of(original, amount=difference, part=f"anew:{because}"[:40], explanation=facts, at=at))
        legs += legs_of(original, difference, funds)
    return lines, legs


def _given_back_already(
    each: Counted, new_lines: list[CommissionLine], funds: Funds, *, at: dt.datetime
) -> tuple[list[CommissionLine], list[Leg]]:
    """Of a payment that was given back in part, the same part of what it earns anew goes back at once."""
    first = each.first
    corrections = CommissionLine.objects.filter(
        event_type=first.event_type, event_id=first.event_id, part__startswith=GIVEN_BACK
    )
    steps = [correction.explanation for correction in corrections if correction.explanation.get("returned")]
    if not steps:
        return [], []
    last = max(steps, key=lambda step: step["returned"])
    lines, legs = [], []
    for new in new_lines:
        original = present(new.reverses)
        anew = new.amount_minor + sum(line.amount_minor for line in each.lines if line.reverses_id == original.pk)
        before = sum(one.explanation.get("plain", 0) for one in corrections if one.reverses_id == original.pk)
        plain = rules.given_back(anew, returned=last["returned"], base=last["base"]) - before
        if plain:
            facts = {"kind": GIVEN_BACK, "returned": last["returned"], "base": last["base"], "plain": plain}
            lines.append(correction_of(original, amount=-plain, part=f"{GIVEN_BACK}:anew", explanation=facts, at=at))
            legs += legs_of(original, -plain, funds)
    return lines, legs


def legs_of(line: CommissionLine, minor: int, funds: Funds) -> list[Leg]:
    """So many minor units more for a line's account, or less."""
    fund = funds.of(line)
    if minor == 0 or fund.pk == line.account_id:
        return []
    debit, credit = (fund, line.account) if minor > 0 else (line.account, fund)
    return [Leg(debit, credit, Money(abs(minor), line.currency), f"commission {line.beneficiary} anew")]


def correction_of(
    line: CommissionLine, *, amount: int, part: str, explanation: dict[str, Any], at: dt.datetime
) -> CommissionLine:
    """A line that corrects another: for the same payee, yours no earlier than the original."""
    return CommissionLine(
        id=uuid7(),
        event_type=line.event_type,
        event_id=line.event_id,
        rule_id=line.rule_id,
        beneficiary=line.beneficiary,
        account_id=line.account_id,
        source_id=line.source_id,
        payee=line.payee,
        service=line.service,
        station_id=line.station_id,
        base_minor=line.base_minor,
        amount_minor=amount,
        currency=line.currency,
        taken_at=line.taken_at,
        accrued_at=at,
        eligible_at=max(at, line.eligible_at),
        reverses=line,
        part=part,
        target=line.target,
        explanation=explanation,
    )
