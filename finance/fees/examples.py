"""Worked examples of a plan: what everybody gets of typical amounts, by the arithmetic that pays."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.money import Money, share, units
from finance.fees import rules
from finance.fees.models import CommissionRule

#: Whole units of the plan's currency.
TYPICAL = (20, 50, 100, 200, 500, 1_000)
#: What a company is taken to leave us, where a rule divides a margin: 1.50 of 100.00.
MARGIN_BP = 150


@dataclass(frozen=True, slots=True)
class Example:
    """One amount, what it earns in all, and who gets which part of it."""

    base: Money
    total: Money
    parts: dict[str, Money]


def worked(rule: CommissionRule, plan: Sequence[CommissionRule]) -> list[Example]:
    """Typical amounts of a rule's band, and the band's own edges. None where the rules above leave it nothing."""
    return [_example(rule, minor) for minor in _amounts(rule) if _decides(rule, plan, minor)]


def _amounts(rule: CommissionRule) -> list[int]:
    least, most = rule.amount_from_minor, rule.amount_to_minor
    typical = {units(count, rule.plan.currency).minor for count in TYPICAL}
    edges = {least} - {0} | ({most - 1} if most else set())
    return sorted(minor for minor in typical | edges if minor >= least and (most is None or minor < most))


def _decides(rule: CommissionRule, plan: Sequence[CommissionRule], minor: int) -> bool:
    about = {"service": rule.service, "party": rule.party, "station_level": rule.station_level}
    return rules.rule_for(plan, base=minor, **about) == rule


def _example(rule: CommissionRule, minor: int) -> Example:
    total = rules.total_of(rule, base=minor, margin=share(minor, MARGIN_BP, rounding="half_up"))
    parts = rules.parts_of(rule, list(rule.shares.all()), base=minor, total=total)
    currency = rule.plan.currency
    amounts = {str(part.beneficiary): Money(part.amount, currency) for part in parts}
    return Example(Money(minor, currency), Money(total, currency), amounts)
