"""What a partner or helper earned, and why."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import now
from django.utils.translation import gettext as _

from core.access import demand, requires
from core.language import formatting
from core.money import Money, zero
from core.web.charts import Share, Shares
from core.web.pagination import link_to_position, position
from core.web.timeline import DONE, NEXT, NOW, Entry
from finance.fees.display import explain, service_name, story
from finance.fees.models import CommissionLine
from finance.fees.own_earnings import earned_by_day, earned_by_service, earned_days, month_earned
from finance.fees.queries import Party, lines_of, parties_of
from stations.current_station import counter_of
from stations.requests import SignedInRequest

READ = "finance.read_own_earnings"
PAGE = 50


@requires(READ)
def earnings(request: SignedInRequest) -> HttpResponse:
    """What this month and the last earned, from what, and one's own lines by day, newest first."""
    station, at = counter_of(request.user, READ), now()
    before = position(request, "before")
    lines = list(lines_of(request.user, before=UUID(before) if before else None)[: PAGE + 1])
    page = {
        "month": month_earned(request.user, station=station, at=at),
        "chart": earned_by_day(request.user, station=station, at=at),
        "services": earned_by_service(request.user, station=station, at=at),
        "days": earned_days(request.user, lines[:PAGE], station=station),
        "older": link_to_position(request, "before", lines[PAGE - 1].pk) if len(lines) > PAGE else "",
    }
    return render(request, "finance/fees/earnings.html", page)


@requires(READ, one_object=True)
def why(request: SignedInRequest, pk: Any) -> HttpResponse:
    """One line: the rule, the arithmetic, who else earned, and when it is yours."""
    own = CommissionLine.objects.filter(payee=request.user.pk).select_related(
        "rule__plan", "station", "reverses__rule__plan"
    )
    line = get_object_or_404(own, pk=pk)
    demand(request.user, READ)
    parts = parties_of(line)
    page = {
        "line": line,
        "title": _title(line.amount),
        "service": service_name(line),
        "sentence": explain(line),
        "story": story(line),
        "base": Money(line.base_minor, line.currency),
        "plan": line.explanation.get("plan", ""),
        "parts": parts,
        "shares": _shares(parts),
        "is_yours": line.eligible_at <= now(),
        "way": _way(line),
    }
    return render(request, "finance/fees/why.html", page)


def _way(line: CommissionLine) -> list[Entry]:
    """From the sale to the payout: what is done, and what comes next."""
    is_yours = line.eligible_at <= now()
    return [
        Entry(_("Posted"), line.accrued_at, state=DONE),
        Entry(_("Yours"), line.eligible_at, state=DONE if is_yours else NOW),
        Entry(_("Paid out"), detail=_("with the week in which it became yours"), state=NEXT),
    ]


def _title(amount: Money) -> str:
    if amount.minor < 0:
        return _("Why was %(amount)s reversed?") % {"amount": formatting.amount(-amount)}
    return _("Why did I earn %(amount)s?") % {"amount": formatting.amount(amount)}


def _shares(parts: list[Party]) -> Shares | None:
    """The bar of who got which part; only where every part is more than nothing."""
    if not parts or not all(part.amount.minor > 0 for part in parts):
        return None
    total = formatting.amount(sum((part.amount for part in parts), zero(parts[0].amount.currency)))
    finding = ", ".join(f"{part.name} {formatting.amount(part.amount)}" for part in parts)
    rows = [Share(part.name, part.amount.minor, formatting.amount(part.amount)) for part in parts]
    return Shares(_("How the %(total)s is shared") % {"total": total}, finding, rows, total)
