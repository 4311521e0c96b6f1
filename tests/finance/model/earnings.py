"""Commission as the rules of the system tell it: who gets what of a sale, together with others, and back again.

Written from the text of the rules, not from the code that it is laid beside. Minor units throughout.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tests.finance.model.books import Effect, moved

WHOLE = 10_000
REVENUE, EXPENSE = "revenue:platform", "expense:platform"


@dataclass(frozen=True)
class Rule:
    """One rule of the plan: the total of a sale, and the shares of it in their order; the rest is the platform's."""

    service: str
    party: str
    kind: str
    value: int
    shares: tuple[tuple[str, str, int], ...]
    floor: int | None = None
    cap: int | None = None
    once_minutes: int = 0
    window_days: int = 0
    from_amount: int = 0
    to_amount: int | None = None

    def fits(self, service: str, party: str, base: int) -> bool:
        """Whether it is the rule of such a sale."""
        in_band = self.from_amount <= base and (self.to_amount is None or base < self.to_amount)
        return self.service == service and self.party in {"", party} and in_band

    def whole(self, base: int, margin: int) -> dict[str, int]:
        """What everybody gets of a sale, or of several that count as one."""
        total = {"flat": self.value, "margin": margin, "percent": half_up(base * self.value, WHOLE)}[self.kind]
        total = total if self.floor is None else max(total, self.floor)
        total = total if self.cap is None else min(total, self.cap)
        parts, left = {}, total
        for who, kind, value in self.shares:
            of = {"flat": value, "percent_of_base": base * value // WHOLE, "percent_of_total": total * value // WHOLE}
            parts[who] = max(0, min(of[kind], left))
            left -= parts[who]
        return {**parts, "platform": left}


def half_up(numerator: int, denominator: int) -> int:
    """Rounded half up, the same below nothing as above."""
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


@dataclass
class Part:
    """What one beneficiary has of a sale: at its success, by later corrections, and given back of both."""

    account: str
    amount: int
    anew: int = 0
    anew_back: int = 0
    #: What was accrued at its success: whatever corrects it waits with it.
    line: "Line | None" = None


@dataclass
class Earning:
    """What one service of a sale has earned everybody. `source` is the account that paid."""

    rule: Rule
    base: int
    margin: int
    source: str
    taken_at: dt.datetime
    eligible_at: dt.datetime
    helper_bp: int | None
    event: str
    #: How much of which base its lines have given back.
    returned: tuple[int, int] = (0, 1)
    parts: dict[str, Part] = field(default_factory=dict)

    @property
    def fund(self) -> str:
        """Who pays for corrections: clearing has nothing left of it by then."""
        return REVENUE if self.source.startswith("clearing:") else self.source

    def lines(self) -> "Lines":
        """What was accrued at its success."""
        for part in self.parts.values():
            part.line = Line(part.account, part.amount, self.eligible_at, self.event)
        return [part.line for part in self.parts.values()]

    def stands(self) -> Counter[str]:
        """What was accrued, by share: what a helper got is of the partner's."""
        sums: Counter[str] = Counter()
        for who, part in self.parts.items():
            sums["partner" if who == "helper" else who] += part.amount + part.anew
        return sums

    def paid(self) -> list[tuple[str, str, int]]:
        """The legs of its success: from, to, how much; below nothing where the platform paid into clearing."""
        return [
            (self.source, EXPENSE if part.amount < 0 else part.account, part.amount)
            for part in self.parts.values()
            if part.amount
        ]


@dataclass
class Line:
    """What an event has earned an account, or takes back of it, and from when on it is the payee's."""

    account: str
    minor: int
    when: dt.datetime
    event: str
    held_for: str = ""
    #: What it corrects.
    of: "Line | None" = None

    @property
    def waits(self) -> bool:
        """Whether it is held, or what it corrects is."""
        return bool(self.held_for) or (self.of is not None and self.of.waits)


Lines = list[Line]


def divided(parts: Mapping[str, int], helper_bp: int | None) -> dict[str, int]:
    """With the helper's part of the partner's, rounded down."""
    if helper_bp is None:
        return dict(parts)
    helper = parts["partner"] * helper_bp // WHOLE
    return {**parts, "partner": parts["partner"] - helper, "helper": helper}


def accrue(
    earning: Earning, rules: Sequence[Rule], siblings: Sequence[Earning], accounts: Mapping[str, str], left: int | None
) -> None:
    """Fill in what everybody gets of a sale that has succeeded, beside those that count as one with it."""
    base = earning.base + sum(other.base for other in siblings)
    margin = earning.margin + sum(other.margin for other in siblings)
    parts = _rule_of(earning.rule, rules, base).whole(base, margin)
    if siblings:
        before: Counter[str] = Counter()
        for other in siblings:
            before.update(other.stands())
        parts = {who: max(0, minor - before[who]) for who, minor in parts.items()}
    parts = divided(parts, earning.helper_bp)
    if left is not None:
        parts["platform"] = left - sum(minor for who, minor in parts.items() if who != "platform")
    earning.parts = {who: Part(accounts[who], minor) for who, minor in parts.items()}


def computed_anew(standing: Sequence[Earning], rules: Sequence[Rule], *, at: dt.datetime) -> tuple[list[Effect], Lines]:
    """One of several that counted as one is gone: the others get what they had got without it, in their order."""
    effects: list[Effect] = []
    lines: Lines = []
    base = margin = 0
    before: Counter[str] = Counter()
    for each in sorted(standing, key=lambda earning: earning.taken_at):
        base, margin = base + each.base, margin + each.margin
        whole = _rule_of(each.rule, rules, base).whole(base, margin)
        parts = {who: max(0, minor - before[who]) for who, minor in whole.items()}
        before.update(parts)
        more_effects, more_lines = _corrected(each, divided(parts, each.helper_bp), at=at)
        effects += more_effects
        lines += more_lines
    return effects, lines


def _corrected(earning: Earning, wanted: Mapping[str, int], *, at: dt.datetime) -> tuple[list[Effect], Lines]:
    differences = {who: wanted[who] - part.amount - part.anew for who, part in earning.parts.items()}
    if earning.fund == REVENUE:
        differences["platform"] = -sum(minor for who, minor in differences.items() if who != "platform")
    effects: list[Effect] = []
    lines: Lines = []
    for who, minor in differences.items():
        part = earning.parts[who]
        part.anew += minor
        if earning.fund != part.account:
            effects += moved(earning.fund, part.account, minor)
        lines.append(Line(part.account, minor, max(at, earning.eligible_at), earning.event, of=part.line))
        if minor:
            plain = half_up(part.anew * earning.returned[0], earning.returned[1]) - part.anew_back
            part.anew_back += plain
            if earning.fund != part.account:
                effects += moved(part.account, earning.fund, plain)
            lines.append(Line(part.account, -plain, max(at, earning.eligible_at), earning.event, of=part.line))
    return effects, lines


def taken_back(earning: Earning, *, at: dt.datetime) -> tuple[list[Effect], Lines]:
    """Everything a sale has earned goes back at once: its legs, and what corrections had moved."""
    effects: list[Effect] = []
    for source, account, minor in earning.paid():
        effects += moved(account, source, minor)
    for part in earning.parts.values():
        if earning.fund != part.account:
            effects += moved(part.account, earning.fund, part.anew)
    when = max(at, earning.eligible_at)
    back = [
        Line(part.account, -part.amount - part.anew, when, earning.event, of=part.line)
        for part in earning.parts.values()
    ]
    return effects, back


@dataclass(frozen=True)
class Step:
    """A base of which so much was given back before, and so much after."""

    before: int
    after: int
    base: int

    def of(self, minor: int) -> int:
        """What the step takes of an amount."""
        return self.until_now(minor) - half_up(minor * self.before, self.base)

    def until_now(self, minor: int) -> int:
        """What stands reversed of it afterwards."""
        return half_up(minor * self.after, self.base)


def given_back(
    legs: Sequence[tuple[str, str, int]], earnings: Iterable[Earning], step: Step, *, at: dt.datetime
) -> tuple[list[Effect], Lines]:
    """A part of a sale comes back: every leg half up, revenue (or expense) takes the rest of its payer's step.

    `legs` are all of the success: from, to, how much.
    """
    effects: list[Effect] = []
    for payer in dict.fromkeys(leg[0] for leg in legs):
        for _payer, other, minor in _shares([leg for leg in legs if leg[0] == payer], step):
            effects += moved(other, payer, minor)
    lines: Lines = []
    for earning in earnings:
        more_effects, more_lines = _lines_back(earning, step, at=at)
        effects += more_effects
        lines += more_lines
    return effects, lines


def _shares(legs: Sequence[tuple[str, str, int]], step: Step) -> list[tuple[str, str, int]]:
    payer = legs[0][0]
    last_rest = max((number for number, leg in enumerate(legs) if leg[1] in {REVENUE, EXPENSE}), default=None)
    shares = [(payer, leg[1], step.of(leg[2])) for number, leg in enumerate(legs) if number != last_rest]
    left = step.of(sum(leg[2] for leg in legs)) - sum(share[2] for share in shares)
    return [*shares, (payer, REVENUE if last_rest is None else legs[last_rest][1], left)]


def _lines_back(earning: Earning, step: Step, *, at: dt.datetime) -> tuple[list[Effect], Lines]:
    effects: list[Effect] = []
    lines: Lines = []
    when = max(at, earning.eligible_at)
    for part in earning.parts.values():
        plain = step.until_now(part.anew) - part.anew_back
        part.anew_back += plain
        if earning.fund != part.account:
            effects += moved(part.account, earning.fund, plain)
        # The system's own share takes the rest, and is nobody's line to pay.
        leg = step.of(part.amount) if part.account.startswith("commission:") else 0
        lines.append(Line(part.account, -leg - plain, when, earning.event, of=part.line))
    earning.returned = step.after, step.base
    return effects, lines


def counted_as_one(mine: dt.datetime, others: Sequence[Earning], minutes: int) -> list[Earning]:
    """Those of them that count as one with a sale taken at this instant: within the minutes after the first."""
    window = dt.timedelta(minutes=minutes)
    instants = sorted([mine, *(other.taken_at for other in others)])
    start = instants[0]
    for before, instant in pairwise([instants[0], *instants]):
        if instant > mine or before > mine:
            break
        start = instant if instant - start > window else start
    return [other for other in others if start <= other.taken_at <= start + window]


def rule_for(rules: Sequence[Rule], service: str, party: str, base: int) -> Rule | None:
    """The first that fits."""
    return next((rule for rule in rules if rule.fits(service, party, base)), None)


def _rule_of(rule: Rule, rules: Sequence[Rule], base: int) -> Rule:
    """The rule and band of the sum."""
    return rule_for(rules, rule.service, rule.party, base) or rule
