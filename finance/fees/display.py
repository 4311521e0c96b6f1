"""Commission in words: why a line is what it is, what a rule says, what a tariff asks."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.database.db import present
from core.language import formatting
from core.language.percents import percent_text
from core.money import Money, share
from finance.fees.models import CommissionLine, CommissionPlan, CommissionRule, CommissionShare, Tariff
from stations.models import Service, Station

AGENT_FEE = ".agent_fee"
SERVICES = {
    "bill_payment": gettext_lazy("Bill payment"),
    "recharge": gettext_lazy("Phone recharge"),
    "recharge.agent_fee": gettext_lazy("Fee of a phone recharge"),
    "bill_payment.agent_fee": gettext_lazy("Fee of a bill payment"),
}


def explain(line: CommissionLine) -> str:
    """One sentence with the arithmetic: which part of what this line is."""
    facts = line.explanation
    kind = facts.get("kind")
    values = {name: _amount(facts.get(name), line.currency) for name in ("total", "base", "of")}
    if kind == "reversed":
        return _("Reversed, because the sale was reversed.")
    if kind == "given_back":
        return _given_back(line)
    if kind == "computed_anew":
        return _("Recalculated, because another payment of the same bill was reversed.")
    if kind == "helper_share":
        return _("%(percent)s of the partner's share of %(of)s.") % {
            "percent": percent_text(facts["helper_share_bp"]),
            "of": values["of"],
        }
    if kind == "percent_of_total":
        sentence = _("%(percent)s of this sale’s total commission of %(total)s.")
        return sentence % {"percent": percent_text(facts["value"]), "total": values["total"]}
    if kind == "percent_of_base":
        sentence = _("%(percent)s of the amount %(base)s.")
        return sentence % {"percent": percent_text(facts["value"]), "base": values["base"]}
    if kind == "rest":
        return _("The rest of %(total)s.") % {"total": values["total"]}
    sentence = _("%(value)s of the total commission of %(total)s on each sale of this kind.")
    return sentence % {"value": _amount(facts.get("value"), line.currency), "total": values["total"]}


def story(line: CommissionLine) -> list[str]:
    """What comes before and after that sentence, in the order of the arithmetic: rule, total, floor, cap, split.

    Needs `rule` and, for a correction, `reverses` loaded.
    """
    facts = line.explanation
    if facts.get("kind") in {"reversed", "given_back"}:
        return [_("What it reverses: %(sentence)s") % {"sentence": explain(line.reverses)}] if line.reverses else []
    if line.rule is None or "total" not in facts:
        return []
    return [*_rule_sentences(line), *_total_sentences(line), *_part_sentences(line)]


def service_name(line: CommissionLine) -> str:
    """The service in words; one query where it is none of the money desk's own."""
    return name_of_service(line.service, {} if line.service in SERVICES else service_names())


def name_of_service(code: str, names: dict[str, str] | None = None) -> str:
    """A service of a rule or line in words; `names` are those of the catalogue (`service_names`)."""
    if code in SERVICES:
        return str(SERVICES[code])
    names = names or {}
    if code.endswith(AGENT_FEE):
        whole = code.removesuffix(AGENT_FEE)
        return _("Fee of: %(service)s") % {"service": names.get(whole, whole)}
    return names.get(code, code)


def service_names() -> dict[str, str]:
    """What the services of the catalogue are called in the reader's language, by code; one query."""
    return {service.code: service.shown_name for service in Service.objects.order_by("app", "code")}


def band(rule: CommissionRule) -> str:
    """For which amounts a rule holds."""
    currency = rule.plan.currency
    least, most = _amount(rule.amount_from_minor, currency), _amount(rule.amount_to_minor, currency)
    if rule.amount_to_minor is None:
        return _("from %(least)s") % {"least": least} if rule.amount_from_minor else _("any amount")
    if not rule.amount_from_minor:
        return _("below %(most)s") % {"most": most}
    return _("from %(least)s to below %(most)s") % {"least": least, "most": most}


def earns(rule: CommissionRule) -> str:
    """What a sale earns in all by a rule."""
    currency = rule.plan.currency
    parts = [_total_kind(rule)]
    if rule.floor_minor is not None:
        parts.append(_("at least %(amount)s") % {"amount": _amount(rule.floor_minor, currency)})
    if rule.cap_minor is not None:
        parts.append(_("at most %(amount)s") % {"amount": _amount(rule.cap_minor, currency)})
    return _(", ").join(parts)


def gets(part: CommissionShare, currency: str) -> str:
    """What one beneficiary gets of it."""
    if part.kind == CommissionShare.Kind.PERCENT_OF_TOTAL:
        return _("%(percent)s of it") % {"percent": percent_text(part.value)}
    if part.kind == CommissionShare.Kind.PERCENT_OF_BASE:
        return _("%(percent)s of the amount") % {"percent": percent_text(part.value)}
    return _("%(amount)s of it") % {"amount": _amount(part.value, currency)}


def conditions(rule: CommissionRule) -> list[str]:
    """When it is somebody's, and what counts as one."""
    found = []
    if rule.window_days:
        sentence = ngettext(
            "It is yours %(days)s day after the sale.", "It is yours %(days)s days after the sale.", rule.window_days
        )
        found.append(sentence % {"days": rule.window_days})
    if rule.once_per_target_minutes:
        sentence = _("Part payments of one bill within %(minutes)s minutes count as one.")
        found.append(sentence % {"minutes": rule.once_per_target_minutes})
    return found


def level_name(rule: CommissionRule) -> str:
    """At which stations a rule holds."""
    return str(Station.Kind(rule.station_level).label) if rule.station_level else _("every station")


def asks(tariff: Tariff | None) -> str:
    """What a tariff asks of a villager, on the wall and on the page."""
    if tariff is None or not tariff.value:
        return _("No fee")
    if tariff.kind == Tariff.Kind.FLAT:
        return _("%(amount)s each time") % {"amount": formatting.money(Money(tariff.value, tariff.currency))}
    percent = percent_text(tariff.value)
    if tariff.cap is None:
        return _("%(percent)s of the amount") % {"percent": percent}
    return _("%(percent)s of the amount, at most %(cap)s") % {"percent": percent, "cap": formatting.money(tariff.cap)}


def holds(dated: CommissionPlan | Tariff) -> str:
    """From which to which day a plan or a tariff holds, the last day included."""
    first = formatting.full_day(dated.from_date)
    if dated.to_date is None:
        return _("from %(first)s") % {"first": first}
    last = formatting.full_day(dated.to_date - dt.timedelta(days=1))
    return _("%(first)s to %(last)s") % {"first": first, "last": last}


def _given_back(line: CommissionLine) -> str:
    facts = line.explanation
    if "returned" not in facts or not facts.get("base"):
        return _("Partly reversed, because part of the sale was refunded.")
    sentence = _("Partly reversed: %(returned)s of the %(base)s sale has been refunded so far.")
    return sentence % {name: _amount(facts[name], line.currency) for name in ("returned", "base")}


def _rule_sentences(line: CommissionLine) -> list[str]:
    rule, facts = present(line.rule), line.explanation
    sentence = _("Rule %(position)s of plan %(plan)s: %(service)s, %(band)s.")
    about = {"position": rule.position, "plan": facts.get("plan", rule.plan), "service": service_name(line)}
    found = [sentence % {**about, "band": band(rule)}]
    if facts.get("base") != line.base_minor:
        together = _("Parts paid shortly after each other count as one: %(base)s in total.")
        found.append(together % {"base": _amount(facts.get("base"), line.currency)})
    return found


def _total_sentences(line: CommissionLine) -> list[str]:
    """The total, and where floor or cap have changed it."""
    rule, facts, currency = present(line.rule), line.explanation, line.currency
    total = facts["total"]
    before = _before_limits(line)
    base = _amount(facts.get("base"), currency)
    if rule.total_kind == CommissionRule.TotalKind.PERCENT:
        sentence = _("%(percent)s of %(base)s is %(total)s.")
        found = [
            sentence % {"percent": percent_text(rule.total_value), "base": base, "total": _amount(before, currency)}
        ]
    elif rule.total_kind == CommissionRule.TotalKind.MARGIN:
        found = [_("Of %(base)s, the company pays us %(total)s.") % {"base": base, "total": _amount(before, currency)}]
    else:
        found = [_("Each sale of this kind earns %(total)s in total.") % {"total": _amount(before, currency)}]
    if before < total:
        found.append(_("The plan gives at least %(total)s.") % {"total": _amount(total, currency)})
    elif before > total:
        found.append(_("The plan gives at most %(total)s.") % {"total": _amount(total, currency)})
    return found


def _before_limits(line: CommissionLine) -> int:
    """The total without floor and cap; of parts that count as one only the margin of each is known."""
    rule, facts = present(line.rule), line.explanation
    if rule.total_kind == CommissionRule.TotalKind.PERCENT:
        return share(facts["base"], rule.total_value, rounding="half_up")
    if rule.total_kind == CommissionRule.TotalKind.FLAT:
        return rule.total_value
    return facts.get("margin", facts["total"]) if facts.get("base") == line.base_minor else facts["total"]


def _part_sentences(line: CommissionLine) -> list[str]:
    """What was done to the part itself: less what an earlier part had, less what the helper got."""
    facts, currency = line.explanation, line.currency
    found = []
    if _whole_part(line) > line.amount_minor + facts.get("already", 0) + facts.get("helper_got", 0):
        found.append(_("No more was left to share."))
    if facts.get("already"):
        sentence = _("%(already)s of it was earned with the previous part.")
        found.append(sentence % {"already": _amount(facts["already"], currency)})
    if facts.get("helper_got"):
        sentence = _("The helper who served received %(amount)s of it.")
        found.append(sentence % {"amount": _amount(facts["helper_got"], currency)})
    return found


def _whole_part(line: CommissionLine) -> int:
    """What the share says of the total, whatever was left; 0 where it is no share of a sale."""
    facts = line.explanation
    bases = {"percent_of_total": facts["total"], "percent_of_base": facts.get("base", 0)}
    if facts.get("kind") in bases:
        return share(bases[facts["kind"]], facts["value"])
    return facts["value"] if facts.get("kind") == CommissionShare.Kind.FLAT else 0


def _total_kind(rule: CommissionRule) -> str:
    if rule.total_kind == CommissionRule.TotalKind.PERCENT:
        return _("%(percent)s of the amount") % {"percent": percent_text(rule.total_value)}
    if rule.total_kind == CommissionRule.TotalKind.MARGIN:
        return _("what the company pays us")
    return _("%(amount)s each time") % {"amount": _amount(rule.total_value, rule.plan.currency)}


def _amount(minor: Any, currency: str) -> str:
    return "" if minor is None else formatting.amount(Money(int(minor), currency))


def place(tariff: Tariff) -> str:
    """Where a price holds."""
    return tariff.division.short_name if tariff.division else _("everywhere")
