"""Commission: quoted before a sale, accrued with it."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from core.database.db import present
from core.days import day_in, instant_of
from core.events.services import publish
from core.fields import uuid7
from core.money import Money
from finance import chart
from finance.chart import AccountKey
from finance.fees import rules
from finance.fees.models import CommissionLine, CommissionRule
from finance.fees.queries import agent_fee, rules_of_plan
from finance.fees.rules import Part
from finance.fees.services.splitting import (
    Counted,
    accrued_by_share,
    counted_as_one,
    parts_of_whole,
    take_target_in_turn,
)
from finance.hooks import Accrual
from finance.recon.models import ReconItem
from finance.recon.services import open_recon_item
from ledger.models import Account
from ledger.services import Leg
from stations.network.models import Station
from stations.network.queries import hub_of
from stations.recruitment.queries import Terms, terms_at


@dataclass(frozen=True, slots=True)
class Sale:
    """One sale, as commission sees it.

    `party` is the biller's or operator's code, `carrier` that of the carrier who brought the goods, if one did;
    `target` what splitting is measured against; `margin` and `left` (what clearing still holds for us) are minor units,
    only for sales whose commission comes out of clearing; `terms` the contracts by which it earns, where they are not
    those of its own day.
    """

    event_type: str
    event_id: str
    service: str
    base: Money
    station: Station
    acted_by: Any
    taken_at: dt.datetime
    party: str = ""
    carrier: str = ""
    target: str = ""
    margin: int | None = None
    left: int | None = None
    terms: Terms | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """What must be known to compute the line anew."""
        return {"party": self.party} | ({} if self.margin is None else {"margin": self.margin})

    def rule_in(self, plan: Sequence[CommissionRule], *, base: int) -> CommissionRule | None:
        """The rule of a plan that fits this sale with this base."""
        return rules.rule_for(plan, service=self.service, party=self.party, station_level=self.station.kind, base=base)


@dataclass(frozen=True, slots=True)
class FeeQuote:
    """What is shown before confirming: the villager's fee, and what the one who acts will earn."""

    amount: Money
    agent_fee: Money
    own_part: Money

    @classmethod
    def of_nothing(cls, amount: Money) -> "FeeQuote":
        """Of a sale for which nobody pays a fee or earns anything."""
        nothing = Money(0, amount.currency)
        return cls(amount, nothing, nothing)

    @property
    def total(self) -> Money:
        """What the villager will pay."""
        return self.amount + self.agent_fee

    @property
    def figures(self) -> dict[str, str]:
        """The same as decimal strings: what a refusal `quote_changed` carries as the new preview."""
        about = ("amount", "agent_fee", "total", "own_part")
        return {name: str(getattr(self, name)) for name in about} | {"currency": self.amount.currency}


def quote_fees(*, sale: Sale, at: dt.datetime) -> FeeQuote:
    """The villager's fee and the actor's own part, as they would be now."""
    on = day_in(sale.station.zone, at)
    fee = agent_fee(service=sale.service, base=sale.base, station=sale.station, on=on)
    terms = sale.terms or terms_at(sale.station, acted_by=sale.acted_by)
    _rule, parts = _compute(sale, terms, on=on)
    own = rules.HELPER if terms.helper_share_bp is not None else rules.PARTNER
    mine = sum(part.amount for part in parts if part.beneficiary == own)
    return FeeQuote(sale.base, fee, Money(mine, sale.base.currency))


def prepare_accrual(*, sale: Sale, source: AccountKey, country: str, at: dt.datetime) -> Accrual:
    """What a sale that has just succeeded earns everybody; the caller posts the legs and stores the lines.

    `source` is the account debited, `at` the instant of the success: plan version and contracts are those of then, not
    of when the money was taken. Two payments to one target are taken one after the other, so that parts of one
    bill never earn twice.
    """
    on = day_in(sale.station.zone, at)
    terms = sale.terms or terms_at(sale.station, acted_by=sale.acted_by)
    rule, parts = _compute(sale, terms, on=on, holding=True)
    if rule is None:
        _note_missing_rule(sale, plan_code=terms.commission_plan_code, on=on, at=at)
        return Accrual([], [])
    keys = {part.beneficiary: _account_key(part.beneficiary, sale, terms) for part in parts}
    parts = _rest_to_platform(parts, left=sale.left)
    currency = sale.base.currency
    opened = chart.open_all(
        [*keys.values(), source, chart.platform("expense")], country=country, currency=currency, at=at
    )
    eligible_at = _eligible_at(sale, rule, at)
    counts_with_others = bool(rule.once_per_target_minutes and sale.target)
    lines, legs = [], []
    for part in parts:
        account = opened[keys[part.beneficiary]]
        if part.amount or counts_with_others:  # a part of nothing still counts towards the whole
            lines.append(
                _line(sale, rule, part, account, opened[source], keys[part.beneficiary].holder, eligible_at, at)
            )
        if part.amount > 0:
            legs.append(Leg(opened[source], account, Money(part.amount, currency), f"commission {part.beneficiary}"))
        elif part.amount < 0:
            expense = opened[chart.platform("expense")]
            legs.append(Leg(expense, opened[source], Money(-part.amount, currency), "commission floor above margin"))
    return Accrual(lines, legs)


def store_accrual(accrual: Accrual, *, at: dt.datetime) -> None:
    """Store the lines whose legs were posted, and tell everybody whom it concerns."""
    CommissionLine.objects.bulk_create(accrual.lines)
    for line in accrual.lines:
        if line.amount_minor and line.beneficiary in {rules.PARTNER, rules.HELPER}:
            publish(
                "finance.commission_accrued",
                at=at,
                line=str(line.pk),
                station=line.station_id,
                payee=str(line.payee),
                service=line.service,
                amount_minor=line.amount_minor,
                currency=line.currency,
            )


def _compute(
    sale: Sale, terms: Terms, *, on: dt.date, holding: bool = False
) -> tuple[CommissionRule | None, list[Part]]:
    code, currency = terms.commission_plan_code, sale.base.currency
    plan = rules_of_plan(code, currency=currency, on=on) if code else []
    rule = sale.rule_in(plan, base=sale.base.minor)
    if rule is None:
        return None, []
    others: list[Counted] = []
    if rule.once_per_target_minutes and sale.target:
        if holding:
            take_target_in_turn(station=sale.station, service=sale.service, target=sale.target)
        others = counted_as_one(
            station=sale.station,
            service=sale.service,
            target=sale.target,
            taken_at=sale.taken_at,
            minutes=rule.once_per_target_minutes,
            without=sale.event_id,
        )
    base = sale.base.minor + sum(other.base for other in others)
    margin = None if sale.margin is None else sale.margin + sum(other.margin for other in others)
    rule = sale.rule_in(plan, base=base) or rule
    parts = parts_of_whole(rule, base=base, margin=margin)
    parts = rules.claimed_by(parts, claimants=[part.beneficiary for part in parts if _is_claimed(part, sale, terms)])
    if others:
        parts = rules.less_what_stands(parts, accrued=accrued_by_share(others))
    if terms.helper_share_bp is not None:
        parts = rules.split_with_helper(parts, helper_share_bp=terms.helper_share_bp)
    return rule, parts


def _is_claimed(part: Part, sale: Sale, terms: Terms) -> bool:
    """Whether somebody gets this share; a share without a payee stays with the platform."""
    if part.beneficiary == rules.PARTNER:
        return terms.partner is not None
    if part.beneficiary == rules.HUB:
        return hub_of(sale.station) is not None
    if part.beneficiary == rules.CARRIER:
        return bool(sale.carrier)
    return True


def _account_key(beneficiary: str, sale: Sale, terms: Terms) -> AccountKey:
    keys: dict[str, Callable[[], AccountKey]] = {
        rules.PARTNER: lambda: chart.commission_of_user(present(terms.partner)),
        rules.HELPER: lambda: chart.commission_of_user(sale.acted_by.pk),
        rules.COUNTY: lambda: chart.commission_of_county(sale.station.county),
        rules.HUB: lambda: chart.commission_of_hub(hub_of(sale.station)),
        rules.CARRIER: lambda: chart.carrier(sale.carrier),
        rules.PLATFORM: lambda: chart.platform("revenue"),
    }
    return keys[beneficiary]()


def _rest_to_platform(parts: list[Part], *, left: int | None) -> list[Part]:
    """Out of clearing the platform takes what is left, whatever that is."""
    if left is None:
        return parts
    given = sum(part.amount for part in parts if part.beneficiary != rules.PLATFORM)
    return [replace(part, amount=left - given) if part.beneficiary == rules.PLATFORM else part for part in parts]


def _note_missing_rule(sale: Sale, *, plan_code: str, on: dt.date, at: dt.datetime) -> None:
    """A row for finance: sales of this kind earn nobody anything. One for each day, plan, service and company."""
    open_recon_item(
        kind=ReconItem.Kind.RULE,
        dedupe_key=f"rule:{on}:{plan_code}:{sale.service}:{sale.party}",
        provider_id=None,
        our_ref=sale.event_id,
        currency=sale.base.currency,
        detail={
            "plan": plan_code,
            "service": sale.service,
            "party": sale.party,
            "station": sale.station.code,
            "base": str(sale.base),
        },
        at=at,
    )


def _eligible_at(sale: Sale, rule: CommissionRule, at: dt.datetime) -> dt.datetime:
    if not rule.window_days:
        return at
    first_day_after = day_in(sale.station.zone, at) + dt.timedelta(days=rule.window_days + 1)
    return instant_of(sale.station.zone, first_day_after, dt.time())


def _line(
    sale: Sale,
    rule: CommissionRule,
    part: Part,
    account: Account,
    source: Any,
    payee: UUID | None,
    eligible_at: dt.datetime,
    at: dt.datetime,
) -> CommissionLine:
    return CommissionLine(
        id=uuid7(),
        event_type=sale.event_type,
        event_id=sale.event_id,
        rule=rule,
        beneficiary=part.beneficiary,
        account=account,
        source=source,
        payee=payee,
        service=sale.service,
        station=sale.station,
        base_minor=sale.base.minor,
        amount_minor=part.amount,
        currency=sale.base.currency,
        taken_at=sale.taken_at,
        accrued_at=at,
        eligible_at=eligible_at,
        target=sale.target,
        explanation={**part.explanation, **sale.facts},
    )
