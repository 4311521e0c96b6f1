"""Drafts of commission plans: written rule by rule, until another person approves them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, WrongState, refuses
from core.history import record_change
from core.money import Money
from finance.fees.models import CommissionPlan, CommissionRule, CommissionShare
from finance.fees.queries import rules_written
from finance.fees.services.plans import PLAN, PlanStartsTooEarly, refuse_past
from stations.accounts.models import User

DISCARDED = "discarded"
#: Where a rule stands while another takes its place.
ASIDE = 32_767


class RuleUnclear(Refused):
    """A rule that could never fit, or whose ends cross."""

    code = "rule_unclear"
    status = 422
    message = _("This ends at %(most)s and starts at %(least)s: no amount fits.")


class PlanOfOtherCountry(Refused):
    """All versions of a plan are of one country and currency: contracts name the plan, not its version."""

    code = "plan_of_other_country"
    message = _("The plan “%(plan)s” is of %(country)s and in %(currency)s. Choose another name.")


class RuleMissing(Refused):
    """Somebody else has taken the rule out or moved it."""

    code = "rule_missing"
    message = _("This plan no longer has this rule. Check it again.")


@dataclass(frozen=True, slots=True)
class Part:
    """Who gets which part of a rule's total: basis points, or minor units of a flat sum."""

    beneficiary: str
    kind: str
    value: int


@refuses(PlanStartsTooEarly, PlanOfOtherCountry)
@transaction.atomic
def draft_commission_plan(
    *,
    code: str,
    country: str,
    currency: str,
    from_date: dt.date,
    by: User,
    at: dt.datetime,
    like: CommissionPlan | None = None,
) -> CommissionPlan:
    """Begin the next version of a plan, with the rules of one that it is `like`."""
    refuse_past(from_date, country=country, at=at)
    _take_code_in_turn(code)
    newest = CommissionPlan.objects.filter(code=code).order_by("version").last()
    if newest is not None and (newest.country, newest.currency) != (country, currency):
        raise PlanOfOtherCountry(field="code", plan=code, country=newest.country, currency=newest.currency)
    version = newest.version + 1 if newest else 1
    plan = CommissionPlan.objects.create(
        code=code, version=version, country=country, currency=currency, from_date=from_date, created_by=by
    )
    for rule in rules_written(like) if like else ():
        _copy(rule, plan)
    record_change(plan, old="", new=plan.status, at=at, actor=by.pk, reason=str(like) if like else "")
    return plan


@refuses(WrongState, RuleUnclear, RuleMissing)
@transaction.atomic
def write_rule(
    *,
    plan: CommissionPlan,
    position: int | None,
    facts: Mapping[str, Any],
    parts: Sequence[Part],
    by: User,
    at: dt.datetime,
) -> CommissionRule:
    """Write a rule of a draft anew, or one more at the end where `position` is None; `facts` are columns of the
    rule.
    """
    plan = lock(plan)
    PLAN.check("write_rule", plan.status)
    _refuse_crossed(plan, facts)
    if position is None:
        newest = plan.rules.aggregate(position=Max("position"))["position"]
        rule = CommissionRule(plan=plan, position=(newest or 0) + 1)
    else:
        rule = _rule_at(plan, position)
        rule.shares.all().delete()
    for name, value in facts.items():
        setattr(rule, name, value)
    rule.save()
    CommissionShare.objects.bulk_create(
        [
            CommissionShare(rule=rule, position=place, beneficiary=part.beneficiary, kind=part.kind, value=part.value)
            for place, part in enumerate(parts, start=1)
        ]
    )
    _note(plan, "written", rule.position, by=by, at=at)
    return rule


@refuses(WrongState, RuleMissing)
@transaction.atomic
def raise_rule(*, plan: CommissionPlan, position: int, by: User, at: dt.datetime) -> None:
    """Let a rule of a draft be asked before the one above it."""
    plan = lock(plan)
    PLAN.check("raise_rule", plan.status)
    rule = _rule_at(plan, position)
    above = plan.rules.filter(position__lt=position).order_by("-position").first()
    if above is None:
        return
    higher = above.position
    for moved, place in ((rule, ASIDE), (above, position), (rule, higher)):
        moved.position = place
        moved.save(update_fields=["position", "updated_at"])
    _note(plan, "raised", position, by=by, at=at)


@refuses(WrongState, RuleMissing)
@transaction.atomic
def remove_rule(*, plan: CommissionPlan, position: int, by: User, at: dt.datetime) -> None:
    """Take a rule out of a draft; those below keep their order."""
    plan = lock(plan)
    PLAN.check("remove_rule", plan.status)
    _rule_at(plan, position).delete()
    for rule in plan.rules.filter(position__gt=position).order_by("position"):
        rule.position -= 1
        rule.save(update_fields=["position", "updated_at"])
    _note(plan, "removed", position, by=by, at=at)


@refuses(WrongState)
@transaction.atomic
def discard_commission_plan(*, plan: CommissionPlan, by: User, at: dt.datetime) -> None:
    """Throw a draft away; its version number is free again."""
    plan = lock(plan)
    PLAN.check("discard_commission_plan", plan.status)
    record_change(plan, old=plan.status, new=DISCARDED, at=at, actor=by.pk, reason=str(plan))
    plan.delete()


def _copy(rule: CommissionRule, plan: CommissionPlan) -> None:
    shares = list(rule.shares.all())
    rule.pk, rule.plan, rule._state.adding = None, plan, True
    rule.save()
    for share in shares:
        share.pk, share.rule, share._state.adding = None, rule, True
    CommissionShare.objects.bulk_create(shares)


def _rule_at(plan: CommissionPlan, position: int) -> CommissionRule:
    rule = plan.rules.filter(position=position).first()
    if rule is None:
        raise RuleMissing
    return rule


def _refuse_crossed(plan: CommissionPlan, facts: Mapping[str, Any]) -> None:
    """A band of no amount at all, or a floor above its cap."""
    pairs = (("amount_from_minor", "amount_to_minor", 1), ("floor_minor", "cap_minor", 0))
    for low, high, apart in pairs:
        least, most = facts.get(low), facts.get(high)
        if least is not None and most is not None and most < least + apart:
            amounts = (Money(minor, plan.currency).display() for minor in (least, most))
            raise RuleUnclear(field=high.removesuffix("_minor"), **dict(zip(("least", "most"), amounts, strict=True)))


def _note(plan: CommissionPlan, act: str, position: int, *, by: User, at: dt.datetime) -> None:
    """Who has written in a draft never approves it: every stroke of the pen has its name."""
    record_change(plan, old=plan.status, new=plan.status, at=at, actor=by.pk, key=f"{act}:{position}")


def _take_code_in_turn(code: str) -> None:
    """Held until the transaction ends: two drafts of one plan get two versions."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 4))", [f"commission plan {code}"])
