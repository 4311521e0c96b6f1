"""What decides about an application, at a glance on top of its page: for the officers of the lender."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.days import day_in
from core.money import Money
from finance.credit.models import Assessment, ConflictCheck, ScoreLine
from finance.credit.models.exposures import Scope
from finance.credit.queries import left_of_cap
from finance.credit.scoring import PPM
from finance.loans.display import ScoreShown
from finance.loans.models import LoanApplication
from finance.loans.services import Quote

#: An application waits for an officer since so many days, or too long.
WAITS_DAYS, LATE_DAYS = 3, 5


@dataclass(frozen=True, slots=True)
class CaseFigure:
    """One number of a case, and whether it is good."""

    name: str
    value: str
    status: str = ""
    words: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """For how many days the lender has had an application, and the colour of that."""

    kind: str
    words: str


def waiting_shown(application: LoanApplication, *, at: dt.datetime) -> Waiting | None:
    """How long it has been with the lender; None where it waits for nobody."""
    if application.status not in LoanApplication.WAITING or application.submitted_at is None:
        return None
    days = (at - application.submitted_at).days
    kind = "bad" if days >= LATE_DAYS else "wait" if days >= WAITS_DAYS else "info"
    words = ngettext("With the lender for %(days)s day.", "With the lender for %(days)s days.", days)
    return Waiting(kind, words % {"days": days})


def case_figures(
    application: LoanApplication,
    *,
    score: ScoreShown | None,
    checks: Sequence[ConflictCheck],
    visits: Sequence[Assessment],
    quote: Quote | None,
    at: dt.datetime,
) -> list[CaseFigure]:
    """Score, what an instalment takes of what is left in a month, ties, and what of the village's cap is left."""
    found = [_ties(application, checks, visits), _of_village(application, at=at)]
    if score is not None:
        found = [_score(score), _burden(score.lines, quote), *found]
    return [each for each in found if each is not None]


def _score(score: ScoreShown) -> CaseFigure:
    return CaseFigure(_("Score"), f"{score.run.total} / {score.most}", score.kind, str(score.run.get_band_display()))


def _burden(lines: Sequence[ScoreLine], quote: Quote | None) -> CaseFigure | None:
    share = next((line.input_value for line in lines if line.attribute.code == "instalment_share"), None)
    if share is None:
        return None
    detail = ""
    if quote is not None:
        most = Money(max(row.payment for row in quote.schedule.rows), quote.version.currency)
        detail = _("at most %(amount)s at a time") % {"amount": most.display()}
    return CaseFigure(_("Instalment of what is left in a month"), f"{share * 100 / PPM:.0f}%", detail=detail)


def _ties(
    application: LoanApplication, checks: Sequence[ConflictCheck], visits: Sequence[Assessment]
) -> CaseFigure | None:
    if not checks:
        return None
    hits = sum(check.hit for check in checks)
    is_visited = any(visit.role == Assessment.Role.SECOND_ASSESSOR for visit in visits)
    if not application.needs_second_assessment:
        return CaseFigure(_("Ties to who recommends"), str(hits), "ok", _("None"))
    if is_visited:
        return CaseFigure(_("Ties to who recommends"), str(hits), "ok", _("second visit done"))
    return CaseFigure(_("Ties to who recommends"), str(hits), "wait", _("second visit needed"))


def _of_village(application: LoanApplication, *, at: dt.datetime) -> CaseFigure | None:
    station = application.station
    found = left_of_cap(
        Scope.VILLAGE,
        str(station.village_id),
        country=station.county.country,
        currency=application.currency,
        date=day_in(station.zone, at),
    )
    if found is None:
        return None
    left, limit = found
    is_counted = application.approver_id is not None  # what is asked for is taken from it already
    status = "bad" if left < application.requested and not is_counted else ""
    words = _("less than is asked for") if status else ""
    detail = _("of %(limit)s") % {"limit": limit.display()}
    return CaseFigure(_("Left of the cap of the village"), left.display(), status, words, detail)
