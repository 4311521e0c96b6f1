"""Commission: quoted before a sale, accrued with it, reversed with it."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from core.days import day_in, instant_of
from core.db import lock
from core.errors import Refused, SamePerson
from core.events.services import publish
from core.fields import uuid7
from core.history import record_change
from core.machines import Machine
from core.money import Money
from finance import chart
from finance.chart import AccountKey
from finance.fees import rules
from finance.fees.models import CommissionLine, CommissionPlan, CommissionRule
from finance.fees.queries import agent_fee, rules_of_plan, standing_lines
from finance.fees.rules import Part
from ledger.services import Leg
from stations.recruitment.queries import Terms, terms_at

DAY = dt.timedelta(days=1)

PLAN = Machine(
    name="commission plan",
    states=CommissionPlan.Status,
    arrows={
        "approve_commission_plan": frozenset({CommissionPlan.Status.DRAFT}),
        "retire_commission_plan": frozenset({CommissionPlan.Status.APPROVED}),
    },
)


class PlanStartsTooEarly(Refused):
    """A plan may not change what has already been earned."""

    code = "plan_starts_too_early"
    status = 422
    message = _("A plan has to begin on a later day than today (%(today)s).")


class PlanIsEmpty(Refused):
    """A plan without rules would pay nobody."""

    code = "plan_is_empty"
    status = 422
    message = _("This plan has no rules yet.")


@dataclass(frozen=True, slots=True)
class Sale:
    """One sale, as commission sees it.

    `party` is the biller's or operator's code; `target` what splitting is measured against; `margin` and `left` (what
    clearing still holds for us) are minor units, only for sales whose commission comes out of clearing.
    """

    event_type: str
    event_id: str
    service: str
    base: Money
    station: Any
    acted_by: Any
    taken_at: dt.datetime
    party: str = ""
    target: str = ""
    margin: int | None = None
    left: int | None = None


@dataclass(frozen=True, slots=True)
class FeeQuote:
    """What is shown before confirming: the villager's fee, and what the one who acts will earn."""

    amount: Money
    agent_fee: Money
    own_part: Money

    @property
    def total(self) -> Money:
        """What the villager will pay."""
        return self.amount + self.agent_fee


@dataclass(frozen=True, slots=True)
class Accrual:
    """Lines to store and legs to post, for the caller's own group."""

    lines: list[CommissionLine]
    legs: list[Leg]

    def of(self, payee: UUID, currency: str) -> Money:
        """What one payee gets of it."""
        return Money(sum(line.amount_minor for line in self.lines if line.payee == payee), currency)


def quote_fees(*, sale: Sale, at: dt.datetime) -> FeeQuote:
    """The villager's fee and the actor's own part, as they would be now."""
    on = day_in(sale.station.zone, at)
    fee = agent_fee(service=sale.service, base=sale.base, station=sale.station, on=on)
    terms = terms_at(sale.station, acted_by=sale.acted_by)
    _rule, parts = _compute(sale, terms, on=on)
    own = rules.HELPER if terms.helper_share_bp is not None else rules.PARTNER
    mine = sum(part.amount for part in parts if part.beneficiary == own)
    return FeeQuote(sale.base, fee, Money(mine, sale.base.currency))


def prepare_accrual(*, sale: Sale, source: AccountKey, country: str, at: dt.datetime) -> Accrual:
    """What a sale that has just succeeded earns everybody; the caller posts the legs and stores the lines.

    `source` is the account debited. Two payments to one target are taken one after the other, so that parts of one
    bill never earn twice.
    """
    on = day_in(sale.station.zone, sale.taken_at)
    terms = terms_at(sale.station, acted_by=sale.acted_by)
    rule, parts = _compute(sale, terms, on=on, holding=True)
    if rule is None:
        return Accrual([], [])
    keys = {part.beneficiary: key for part in parts if (key := _account_key(part.beneficiary, sale, terms))}
    parts = _give_rest_to_platform(parts, keys, left=sale.left)
    currency = sale.base.currency
    opened = chart.open_all(
        [*keys.values(), source, chart.platform("revenue"), chart.platform("expense")],
        country=country,
        currency=currency,
        at=at,
    )
    eligible_at = _eligible_at(sale, rule, at)
    lines, legs = [], []
    for part in parts:
        if part.amount == 0:
            continue
        account = opened[keys[part.beneficiary]]
        lines.append(_line(sale, rule, part, account, keys[part.beneficiary].holder, eligible_at, at))
        if part.amount > 0:
            legs.append(Leg(opened[source], account, Money(part.amount, currency), f"commission {part.beneficiary}"))
        else:
            expense = opened[chart.platform("expense")]
            legs.append(Leg(expense, opened[source], Money(-part.amount, currency), "commission floor above margin"))
    return Accrual(lines, legs)


def store_accrual(accrual: Accrual, *, at: dt.datetime) -> None:
    """Store the lines whose legs were posted, and tell everybody whom it concerns."""
    CommissionLine.objects.bulk_create(accrual.lines)
    for line in accrual.lines:
        if line.beneficiary in {rules.PARTNER, rules.HELPER}:
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


def prepare_reversal(*, event_type: str, event_id: str, at: dt.datetime) -> list[CommissionLine]:
    """The lines that take a whole sale back; its transfers are reversed by whoever posted them."""
    standing = CommissionLine.objects.filter(event_type=event_type, event_id=event_id, reverses=None)
    taken = Counter()
    for line in CommissionLine.objects.filter(reverses__in=standing):
        taken[line.reverses_id] += line.amount_minor
    return [
        _taken_back(line, amount=-line.amount_minor - taken[line.pk], at=at)
        for line in standing
        if line.amount_minor + taken[line.pk] != 0
    ]


@transaction.atomic
def approve_commission_plan(*, plan: CommissionPlan, by: Any, at: dt.datetime) -> CommissionPlan:
    """Put a draft in force from its date. Refused: `same_person`, `plan_starts_too_early`, `plan_is_empty`."""
    plan = lock(plan)
    PLAN.check("approve_commission_plan", plan.status)
    if plan.created_by_id == by.pk:
        raise SamePerson
    today = day_in("Asia/Shanghai", at)
    if plan.from_date <= today:
        raise PlanStartsTooEarly(today=today.isoformat())
    if not plan.rules.exists():
        raise PlanIsEmpty
    before = plan.status
    CommissionPlan.objects.filter(code=plan.code, status="approved", to_date=None).exclude(pk=plan.pk).update(
        to_date=plan.from_date
    )
    plan.status, plan.approved_by, plan.approved_at = CommissionPlan.Status.APPROVED, by, at
    plan.save(update_fields=["status", "approved_by", "approved_at", "updated_at"])
    record_change(plan, old=before, new=plan.status, at=at, actor=by.pk)
    return plan


def _compute(
    sale: Sale, terms: Terms, *, on: dt.date, holding: bool = False
) -> tuple[CommissionRule | None, list[Part]]:
    plan = rules_of_plan(terms.commission_plan_code, on=on) if terms.commission_plan_code else []
    rule = _rule(plan, sale, base=sale.base.minor)
    if rule is None:
        return None, []
    accrued: Counter[str] = Counter()
    base = sale.base.minor
    if rule.once_per_target_minutes and sale.target:
        if holding:
            _take_target_in_turn(sale)
        earlier = _counted_as_one(sale, minutes=rule.once_per_target_minutes)
        base += sum(lines[0].base_minor for lines in earlier)
        accrued.update({line.beneficiary: 0 for lines in earlier for line in lines})
        for line in (line for lines in earlier for line in lines):
            accrued[line.beneficiary] += line.amount_minor
        rule = _rule(plan, sale, base=base) or rule
    total = rules.total_of(rule, base=base, margin=sale.margin)
    parts = rules.parts_of(rule, list(rule.shares.all()), base=base, total=total)
    if terms.helper_share_bp is not None:
        parts = rules.split_with_helper(parts, helper_share_bp=terms.helper_share_bp)
    return rule, rules.less_what_stands(parts, accrued=accrued) if accrued else parts


def _rule(plan: list[CommissionRule], sale: Sale, *, base: int) -> CommissionRule | None:
    return rules.rule_for(plan, service=sale.service, party=sale.party, station_level=sale.station.kind, base=base)


def _take_target_in_turn(sale: Sale) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [f"{sale.station.pk}:{sale.service}:{sale.target}"]
        )


def _counted_as_one(sale: Sale, *, minutes: int) -> list[list[CommissionLine]]:
    """The earlier payments that count as one with this sale: at most `minutes` after the first of them."""
    window = dt.timedelta(minutes=minutes)
    group: list[list[CommissionLine]] = []
    events = standing_lines(
        station=sale.station, service=sale.service, target=sale.target, since=sale.taken_at - DAY, until=sale.taken_at
    )
    for lines in events.values():
        if group and lines[0].taken_at - group[0][0].taken_at > window:
            group = []
        group.append(lines)
    return group if group and sale.taken_at - group[0][0].taken_at <= window else []


def _account_key(beneficiary: str, sale: Sale, terms: Terms) -> AccountKey | None:
    if beneficiary == rules.PARTNER:
        return chart.commission_of_user(terms.partner) if terms.partner else None
    if beneficiary == rules.HELPER:
        return chart.commission_of_user(sale.acted_by.pk)
    if beneficiary == "county":
        return chart.commission_of_county(sale.station.county)
    if beneficiary == rules.PLATFORM:
        return chart.platform("revenue")
    return None


def _give_rest_to_platform(parts: list[Part], keys: dict[str, AccountKey], *, left: int | None) -> list[Part]:
    """A part that has nobody to go to stays with the platform; out of clearing the platform takes what is left."""
    given = [part for part in parts if part.beneficiary in keys and part.beneficiary != rules.PLATFORM]
    unclaimed = sum(part.amount for part in parts if part.beneficiary not in keys)
    rest = next(part for part in parts if part.beneficiary == rules.PLATFORM)
    amount = rest.amount + unclaimed if left is None else left - sum(part.amount for part in given)
    return [*given, Part(rules.PLATFORM, amount, rest.explanation)]


def _eligible_at(sale: Sale, rule: CommissionRule, at: dt.datetime) -> dt.datetime:
    if not rule.window_days:
        return at
    first_day_after = day_in(sale.station.zone, at) + dt.timedelta(days=rule.window_days + 1)
    return instant_of(sale.station.zone, first_day_after, dt.time())


def _line(
    sale: Sale,
    rule: CommissionRule,
    part: Part,
    account: Any,
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
        explanation=part.explanation,
    )


def _taken_back(line: CommissionLine, *, amount: int, at: dt.datetime) -> CommissionLine:
    return CommissionLine(
        id=uuid7(),
        event_type=line.event_type,
        event_id=line.event_id,
        rule_id=line.rule_id,
        beneficiary=line.beneficiary,
        account_id=line.account_id,
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
        part="reversed",
        target=line.target,
        explanation={"kind": "reversed", "line": str(line.pk)},
    )
