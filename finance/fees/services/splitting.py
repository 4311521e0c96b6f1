"""Payments that count as one, so that splitting a bill earns nobody more (money.md 4.6.5).

Within `once_per_target_minutes` after the first, payments of one station to one target share one rule and band: those
of the sum. When one of them is taken back, the parts that stand are computed anew.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from core.database.db import present
from finance.fees import rules
from finance.fees.models import CommissionLine, CommissionRule
from finance.fees.queries import rules_written, standing_lines
from finance.fees.rules import Part
from stations.network.models import Station

DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Counted:
    """One payment of those that count as one, by its lines, corrections included; the first is an original."""

    lines: list[CommissionLine]

    @property
    def first(self) -> CommissionLine:
        """A line that says what all of them say."""
        return self.lines[0]

    @property
    def base(self) -> int:
        """What was paid, minor units."""
        return self.first.base_minor

    @property
    def margin(self) -> int:
        """Retail less wholesale, minor units; 0 where the rule asks for none."""
        return self.first.explanation.get("margin", 0)

    @property
    def helper_share_bp(self) -> int | None:
        """The contract of the helper who acted, None when it was the partner."""
        bps = (line.explanation.get("helper_share_bp") for line in self.lines if line.beneficiary == rules.HELPER)
        return next(bps, None)

    def of(self, beneficiary: str) -> int:
        """What stands for one beneficiary."""
        return sum(line.amount_minor for line in self.lines if line.beneficiary == beneficiary)

    def original(self, beneficiary: str) -> CommissionLine:
        """The line that a correction corrects."""
        return next(line for line in self.lines if line.beneficiary == beneficiary and line.reverses_id is None)


def take_target_in_turn(*, station: Station, service: str, target: str) -> None:
    """Held until the transaction ends: two payments to one target are counted one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [f"{station.pk}:{service}:{target}"])


def counted_as_one(
    *, station: Station, service: str, target: str, taken_at: dt.datetime, minutes: int, without: str
) -> list[Counted]:
    """The other payments that count as one with the one taken at this instant, in the order in which they were taken.

    Also those that were taken later and decided earlier; `without` is the event of the payment itself.
    """
    window = dt.timedelta(minutes=minutes)
    events = standing_lines(
        station=station,
        service=service,
        target=target,
        since=taken_at - max(DAY, window),
        until=taken_at + window,
    )
    others = [Counted(lines) for event, lines in events.items() if event != without]
    instants = sorted([*(other.first.taken_at for other in others), taken_at])
    start = _start_of_group(instants, taken_at, window)
    return [other for other in others if start <= other.first.taken_at <= start + window]


def accrued_by_share(counted: Iterable[Counted]) -> Counter[str]:
    """What was accrued so far, by share: what a helper got is of the partner's."""
    accrued: Counter[str] = Counter()
    for line in (line for each in counted for line in each.lines):
        accrued[_share_of(line.beneficiary)] += line.amount_minor
    return accrued


def parts_of_whole(rule: CommissionRule, *, base: int, margin: int | None) -> list[Part]:
    """The shares of a sale, or of payments that count as one, by one rule."""
    total = rules.total_of(rule, base=base, margin=margin)
    return rules.parts_of(rule, list(rule.shares.all()), base=base, total=total)


def computed_anew(standing: Iterable[Counted]) -> list[tuple[Counted, list[Part]]]:
    """What each payment that stands would have earned, had only these been made; in the order of taking."""
    base = margin = 0
    accrued: Counter[str] = Counter()
    anew = []
    for each in standing:
        base, margin = base + each.base, margin + each.margin
        parts = _parts_anew(each, base=base, margin=margin, accrued=accrued)
        accrued.update({part.beneficiary: part.amount for part in parts})
        if each.helper_share_bp is not None:
            parts = rules.split_with_helper(parts, helper_share_bp=each.helper_share_bp)
        anew.append((each, parts))
    return anew


def _parts_anew(each: Counted, *, base: int, margin: int, accrued: Counter[str]) -> list[Part]:
    line, rule = each.first, present(each.first.rule)
    plan = list(rules_written(rule.plan))
    fits = rules.rule_for(
        plan,
        service=line.service,
        party=line.explanation.get("party", ""),
        station_level=line.station.kind,
        base=base,
    )
    parts = parts_of_whole(fits or rule, base=base, margin=margin)
    claimants = {_share_of(known.beneficiary) for known in each.lines}
    return rules.less_what_stands(rules.claimed_by(parts, claimants=claimants), accrued=accrued)


def _start_of_group(instants: list[dt.datetime], taken_at: dt.datetime, window: dt.timedelta) -> dt.datetime:
    """The instant of the first payment of the group that this one belongs to."""
    start = instants[0]
    for instant in instants:
        if instant - start > window:
            start = instant
        if instant == taken_at:
            break
    return start


def _share_of(beneficiary: str) -> str:
    return rules.PARTNER if beneficiary == rules.HELPER else beneficiary
