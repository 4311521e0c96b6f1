"""Commission plans: drawn up rule by rule, looked at with worked examples, approved by another person."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core.access import load, may_everywhere, requires
from core.days import day_in
from core.forms import KeyedForm, Outcome, PressForm
from core.history import changes_of
from core.language import formatting
from core.language.percents import percent_text
from core.models import StatusChange
from core.web.page_actions import form_page, page_of, send_form, to
from core.web.tables import Column, Table
from core.web.timeline import Entry, entries_of
from finance.countries import chosen_country, currency_of
from finance.fees import display, services
from finance.fees.examples import MARGIN_BP, Example, worked
from finance.fees.forms import PlanForm, RuleActForm, RuleForm
from finance.fees.lists import PLAN_KINDS
from finance.fees.models import CommissionPlan, CommissionRule, CommissionShare
from finance.fees.queries import contracts_under, names_of_actors, rules_written
from finance.fees.services.plans import writers_of
from ledger.services import book_of
from stations.models import User
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person

READ, EDIT, APPROVE = "finance.read_commission_plan", "finance.edit_commission_plan", "finance.approve_commission_plan"
RULE_ACTS = {"raise": services.raise_rule, "remove": services.remove_rule}
#: What was done to a rule of a draft.
STROKES = {
    "written": gettext_lazy("Rule %(position)s saved"),
    "raised": gettext_lazy("Rule %(position)s moved up"),
    "removed": gettext_lazy("Rule %(position)s removed"),
}


@dataclass(frozen=True, slots=True)
class RuleShown:
    """One rule in words, with its worked example."""

    rule: CommissionRule
    title: str
    lead: str
    facts: list[tuple[str, str]]
    examples: Table | None


@requires(READ, one_object=True)
def plan(request: SignedInRequest, pk: int) -> HttpResponse:
    """One plan: its rules in words, what a sale of typical amounts earns, its history, and what the reader may do."""
    found = load(_plans(), request.user, READ, pk=pk)
    return render(request, "finance/fees/plan.html", _plan_page(request, found))


@requires(EDIT)
def new_plan(request: SignedInRequest) -> HttpResponse:
    """Begin a draft: of a plan of a new name, or the next version of one (`?like=`)."""
    if not may_everywhere(request.user, EDIT):
        raise PermissionDenied
    number = request.GET.get("like", "")
    like = load(_plans(), request.user, READ, pk=number) if number.isascii() and number.isdigit() else None
    country = like.country if like else chosen_country(request)
    currency = like.currency if like else currency_of(country)
    return form_page(
        request,
        operation=EDIT,
        form=PlanForm(request.POST or None, initial={"code": like.code if like else ""}),
        service=partial(services.draft_commission_plan, country=country, currency=currency, like=like),
        then=page_of("fees:plan"),
        template="finance/fees/new_plan.html",
        page=lambda: {"like": like},
    )


@requires(EDIT, one_object=True)
def new_rule(request: SignedInRequest, pk: int) -> HttpResponse:
    """One more rule, at the end of a draft."""
    return _write(request, load(_plans(), request.user, EDIT, pk=pk), None)


@requires(EDIT, one_object=True)
def rule(request: SignedInRequest, pk: int, position: int) -> HttpResponse:
    """Write one rule of a draft anew."""
    found = load(_plans(), request.user, EDIT, pk=pk)
    rules = list(rules_written(found))
    return _write(request, found, next((each for each in rules if each.position == position), None), position)


@require_POST
@requires(EDIT, one_object=True)
def rule_act(request: SignedInRequest, pk: int, position: int) -> HttpResponse:
    """Let a rule of a draft be asked before the one above it, or take it out."""
    found = load(_plans(), request.user, EDIT, pk=pk)
    return _acted(request, found, EDIT, RuleActForm(request.POST), partial(_act_on_rule, position=position))


def _act_on_rule(*, plan: CommissionPlan, position: int, act: str, by: User, at: dt.datetime) -> None:
    RULE_ACTS[act](plan=plan, position=position, by=by, at=at)


@require_POST
@requires(EDIT, one_object=True)
def discard_plan(request: SignedInRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    return _pressed(request, pk, EDIT, services.discard_commission_plan, then=to("fees:plans"))


@require_POST
@requires(APPROVE, one_object=True)
def approve_plan(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put a draft in force that somebody else has drawn up."""
    return _pressed(request, pk, APPROVE, services.approve_commission_plan)


@require_POST
@requires(APPROVE, one_object=True)
def retire_plan(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put away a plan whose time has passed."""
    return _pressed(request, pk, APPROVE, services.retire_commission_plan)


def _write(
    request: SignedInRequest, found: CommissionPlan, written: CommissionRule | None, position: int | None = None
) -> HttpResponse:
    return form_page(
        request,
        operation=EDIT,
        form=RuleForm(request.POST or None, plan=found, rule=written),
        service=partial(services.write_rule, plan=found, position=position),
        then=to("fees:plan", found.pk),
        template="finance/fees/rule.html",
        page=lambda: {"plan": found, "rule": written},
    )


def _pressed(
    request: SignedInRequest,
    pk: int,
    verb: str,
    service: Callable[..., Any],
    *,
    then: Callable[[Any], str] | None = None,
) -> HttpResponse:
    found = load(_plans(), request.user, verb, pk=pk)
    return _acted(request, found, verb, PressForm(request.POST), service, then=then)


def _acted(
    request: SignedInRequest,
    found: CommissionPlan,
    verb: str,
    form: KeyedForm,
    service: Callable[..., Any],
    *,
    then: Callable[[Any], str] | None = None,
) -> HttpResponse:
    def again(outcome: Outcome[KeyedForm]) -> HttpResponse:
        found.refresh_from_db()
        page = _plan_page(request, found, refused=outcome.form)
        return render(request, "finance/fees/plan.html", page, status=outcome.status)

    return send_form(
        request,
        operation=verb,
        form=form,
        service=partial(service, plan=found),
        then=then or to("fees:plan", found.pk),
        again=again,
    )


def _plan_page(request: SignedInRequest, found: CommissionPlan, refused: KeyedForm | None = None) -> dict[str, Any]:
    changes = list(changes_of(found))
    rules, names = list(rules_written(found)), display.service_names()
    is_draft = found.status == CommissionPlan.Status.DRAFT
    is_written_by_me = is_same_person(request.user, *writers_of(found))
    may_edit, may_approve = may_everywhere(request.user, EDIT), may_everywhere(request.user, APPROVE)
    over = found.to_date is not None and found.to_date <= day_in(book_of(found.country).zone, now())
    return {
        "plan": found,
        "kind": PLAN_KINDS[found.status],
        "starts": formatting.full_day(found.from_date),
        "rules": [_shown(each, rules, names) for each in rules],
        "contracts": contracts_under(found.code, at=now()),
        "entries": _history(changes),
        "refused": refused,
        "press": PressForm(),
        "may_write": is_draft and may_edit,
        "may_follow": not is_draft and may_edit,
        "may_approve": is_draft and may_approve and not is_written_by_me and bool(rules),
        "waits_for_another": is_draft and may_approve and is_written_by_me,
        "may_retire": found.status == CommissionPlan.Status.APPROVED and over and may_approve,
    }


def _shown(rule: CommissionRule, rules: list[CommissionRule], names: dict[str, str]) -> RuleShown:
    currency = rule.plan.currency
    party = rule.party or _("every company")
    lead = " · ".join([display.band(rule), party, display.level_name(rule)])
    facts: list[tuple[Any, str]] = [(_("Total commission"), display.earns(rule))]
    facts += [(share.get_beneficiary_display(), display.gets(share, currency)) for share in rule.shares.all()]
    facts.append((CommissionShare.Beneficiary.PLATFORM.label, _("remainder")))
    facts += [(_("Also"), sentence) for sentence in display.conditions(rule)]
    return RuleShown(rule, display.name_of_service(rule.service, names), lead, facts, _examples(rule, rules))


def _history(changes: list[StatusChange]) -> list[Entry]:
    """Every stroke of the pen, and every arrow."""
    entries = entries_of(changes, CommissionPlan.Status, names=names_of_actors(changes))
    found = []
    for change, entry in zip(changes, entries, strict=True):
        act, _mark, position = change.key.partition(":")
        written = STROKES.get(act)
        found.append(replace(entry, text=written % {"position": position}) if written else entry)
    return found


def _examples(rule: CommissionRule, rules: list[CommissionRule]) -> Table | None:
    """What everybody gets of typical amounts; None where a rule above takes all that would fit."""
    found = worked(rule, rules)
    if not found:
        return None
    receivers = [*(str(share.beneficiary) for share in rule.shares.all()), str(CommissionShare.Beneficiary.PLATFORM)]
    labels = [capfirst(CommissionShare.Beneficiary(each).label) for each in receivers]
    return Table(
        caption=_("Worked example"),
        note=_margin_note(rule),
        columns=[Column(_("Amount")), *(Column(name, number=True) for name in (_("Total"), *labels))],
        rows=[_example_row(each, receivers) for each in found],
        small=len(receivers) <= 2,
    )


def _example_row(example: Example, receivers: list[str]) -> list[str]:
    amounts = [example.total, *(example.parts[each] for each in receivers)]
    return [formatting.amount(example.base), *(formatting.amount(amount) for amount in amounts)]


def _margin_note(rule: CommissionRule) -> str:
    if rule.total_kind != CommissionRule.TotalKind.MARGIN:
        return ""
    return _("If the company pays us %(percent)s.") % {"percent": percent_text(MARGIN_BP)}


def _plans() -> Any:
    return CommissionPlan.objects.select_related("created_by", "approved_by")
