"""One partner who recommends loans: the quarters, and whether they recommend further ones."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.web.page_actions import ObjectPage, PageAction
from finance.credit import services
from finance.credit.models import RecommendationStanding
from finance.credit.models.vintages import READ
from finance.credit.queries import newest_vintages, standings
from finance.loans.forms import DecideReinstatementForm, ReinstateForm
from finance.loans.recommender_display import quarters_chart, quarters_table
from finance.loans.recommender_list import kind_of_standing, said_of
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person


def _context(_request: SignedInRequest, standing: RecommendationStanding) -> dict[str, Any]:
    vintages = newest_vintages(standing)
    return {
        "standing": standing,
        "kind": kind_of_standing(standing),
        "said": said_of(standing),
        "table": quarters_table(vintages) if vintages else None,
        "chart": quarters_chart(standing, vintages) if vintages else None,
        "asked": services.asked_reinstatement(standing),
        "history": history_of(standing),
    }


def _may_be_asked(standing: RecommendationStanding, user: User) -> bool:
    is_suspended = standing.status == RecommendationStanding.Status.SUSPENDED
    is_own = is_same_person(user, standing.partner_id)
    return is_suspended and not is_own and services.asked_reinstatement(standing) is None


def _may_be_decided(standing: RecommendationStanding, user: User) -> bool:
    asked = services.asked_reinstatement(standing)
    return asked is not None and not is_same_person(user, asked.asked_by_id, standing.partner_id)


def _asked_of(_request: HttpRequest, standing: RecommendationStanding) -> dict[str, Any]:
    return {"asked": services.asked_reinstatement(standing)}


RECOMMENDER_PAGE = ObjectPage(
    name="loans:recommender",
    template="finance/loans/recommender.html",
    grant=READ,
    noun="standing",
    rows=standings,
    context=_context,
    actions={
        "propose-reinstatement": PageAction(
            grant="finance.propose_reinstatement",
            service=services.propose_reinstatement,
            form=ReinstateForm,
            is_open=_may_be_asked,
            title=_("Ask that this partner recommends again"),
            button=_("Ask the lender"),
            doing=_("Recording…"),
        ),
        "approve-reinstatement": PageAction(
            grant="finance.approve_reinstatement",
            service=services.approve_reinstatement,
            form=DecideReinstatementForm,
            form_kwargs=_asked_of,
            is_open=_may_be_decided,
            title=_("Let this partner recommend again"),
            button=_("Recommend again"),
            doing=_("Recording…"),
        ),
        "reject-reinstatement": PageAction(
            grant="finance.reject_reinstatement",
            service=services.reject_reinstatement,
            form=DecideReinstatementForm,
            form_kwargs=_asked_of,
            is_open=_may_be_decided,
            title=_("Leave this partner suspended"),
            button=_("Stay suspended"),
            doing=_("Recording…"),
            kind="",
        ),
    },
)
