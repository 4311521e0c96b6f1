"""The arithmetic of commission: pure functions over plan rules. Amounts in minor units."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.money import share as part_of
from finance.fees.models import CommissionRule, CommissionShare

PLATFORM = CommissionShare.Beneficiary.PLATFORM
PARTNER = CommissionShare.Beneficiary.PARTNER
HELPER = CommissionShare.Beneficiary.HELPER
COUNTY = CommissionShare.Beneficiary.COUNTY
HUB = CommissionShare.Beneficiary.HUB
CARRIER = CommissionShare.Beneficiary.CARRIER


@dataclass(frozen=True, slots=True)
class Part:
    """What one beneficiary gets of one sale, and the arithmetic in a form that words can be made of."""

    beneficiary: str
    amount: int
    explanation: dict[str, Any]


def rule_for(
    rules: Sequence[CommissionRule], *, service: str, party: str, station_level: str, base: int
) -> CommissionRule | None:
    """The first rule by position that fits; `rules` are those of one plan, in order."""
    for rule in rules:
        if (
            rule.service == service
            and rule.party in {"", party}
            and rule.station_level in {"", station_level}
            and rule.amount_from_minor <= base
            and (rule.amount_to_minor is None or base < rule.amount_to_minor)
        ):
            return rule
    return None


def total_of(rule: CommissionRule, *, base: int, margin: int | None = None) -> int:
    """What the sale earns in all: percent (half-up, once), flat, or the margin; then floor and cap."""
    if rule.total_kind == CommissionRule.TotalKind.PERCENT:
        total = part_of(base, rule.total_value, rounding="half_up")
    elif rule.total_kind == CommissionRule.TotalKind.MARGIN:
        if margin is None:
            raise ValueError("a margin rule needs the margin of the sale")
        total = margin
    else:
        total = rule.total_value
    if rule.floor_minor is not None:
        total = max(total, rule.floor_minor)
    if rule.cap_minor is not None:
        total = min(total, rule.cap_minor)
    return total


def parts_of(rule: CommissionRule, shares: Sequence[CommissionShare], *, base: int, total: int) -> list[Part]:
    """The total divided: shares in order, each rounded down and at most what is left; the rest is the platform's.

    The platform alone bears a total below nothing.
    """
    parts = []
    left = total
    for share in shares:
        if share.beneficiary == PLATFORM:
            continue
        amount = max(min(_amount_of(share, base=base, total=total), left), 0)
        left -= amount
        parts.append(Part(share.beneficiary, amount, _explain(rule, share, base=base, total=total)))
    parts.append(Part(PLATFORM, left, {"kind": "rest", "total": total, "base": base, **_about(rule)}))
    return parts


def claimed_by(parts: Sequence[Part], *, claimants: Collection[str]) -> list[Part]:
    """A share that has nobody to go to (no partner, no hub, no carrier) stays with the platform."""
    unclaimed = sum(part.amount for part in parts if part.beneficiary not in claimants)
    return [
        replace(part, amount=part.amount + unclaimed) if part.beneficiary == PLATFORM else part
        for part in parts
        if part.beneficiary in claimants
    ]


def split_with_helper(parts: Sequence[Part], *, helper_share_bp: int) -> list[Part]:
    """A helper acted: the helper's part of the partner's is rounded down, the partner keeps the rest."""
    divided: list[Part] = []
    for part in parts:
        if part.beneficiary != PARTNER:
            divided.append(part)
            continue
        helper = part_of(part.amount, helper_share_bp)
        about = {"of": part.amount, "helper_share_bp": helper_share_bp}
        divided.append(
            replace(part, amount=part.amount - helper, explanation={**part.explanation, "helper_got": helper})
        )
        divided.append(Part(HELPER, helper, {**part.explanation, "kind": "helper_share", **about}))
    return divided


def less_what_stands(parts: Sequence[Part], *, accrued: Mapping[str, int]) -> list[Part]:
    """Payments that count as one: each gets its share of the whole less what was accrued for it, not below 0.

    `accrued` is by share: what a helper got is of the partner's.
    """
    return [
        replace(
            part,
            amount=max(part.amount - accrued.get(part.beneficiary, 0), 0),
            explanation={**part.explanation, "already": accrued.get(part.beneficiary, 0)},
        )
        for part in parts
    ]


def given_back(line: int, *, returned: int, base: int) -> int:
    """How much of a line stands reversed once `returned` of `base` has been given back: half-up(line x S / B)."""
    if base == 0:
        return line
    sign = 1 if line >= 0 else -1
    return sign * ((abs(line) * returned * 2 + base) // (base * 2))


def _amount_of(share: CommissionShare, *, base: int, total: int) -> int:
    if share.kind == CommissionShare.Kind.PERCENT_OF_TOTAL:
        return part_of(total, share.value)
    if share.kind == CommissionShare.Kind.PERCENT_OF_BASE:
        return part_of(base, share.value)
    return share.value


def _explain(rule: CommissionRule, share: CommissionShare, *, base: int, total: int) -> dict[str, Any]:
    return {"kind": share.kind, "value": share.value, "base": base, "total": total, **_about(rule)}


def _about(rule: CommissionRule) -> dict[str, Any]:
    return {
        "rule": rule.pk,
        "position": rule.position,
        "plan": f"{rule.plan.code} v{rule.plan.version}",
        "total_kind": rule.total_kind,
        "total_value": rule.total_value,
        "window_days": rule.window_days,
    }
