"""An appeal on one page: the family's words, who judges, and the judgement."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.web.page_actions import ObjectPage, PageAction, page_of
from finance.insurance import services
from finance.insurance.claim_forms import JudgeForm, WordsForm
from finance.insurance.claim_lists import kind_of_appeal
from finance.insurance.machine import APPEAL
from finance.insurance.models import Appeal
from finance.insurance.views.claims import READ
from stations.accounts.models import Role, User
from stations.accounts.queries import history_of, people_in_role
from stations.requests import SignedInRequest


def _appeals() -> QuerySet[Appeal]:
    return Appeal.objects.select_related(
        "claim__station__county", "claim__person", "claim__policy__version", "filed_by", "judge"
    )


def _appeal_context(request: SignedInRequest, appeal: Appeal) -> dict[str, Any]:
    services.log_claim_read(claim=appeal.claim, user=request.user, at=now())
    return {
        "appeal": appeal,
        "claim": appeal.claim,
        "kind": kind_of_appeal(appeal),
        "photos": list(appeal.photos.all()),
        "history": history_of(appeal),
    }


def _judges(_request: HttpRequest, appeal: Appeal) -> dict[str, Any]:
    people = people_in_role(Role.CLAIMS_ASSESSOR, at=now(), station=appeal.claim.station)
    parts = (appeal.claim_filer_id, appeal.claim_assessor_id, appeal.claim_decider_id, appeal.filed_by_id)
    return {"people": [each for each in people if each.pk not in parts]}


def _is_judge(appeal: Appeal, user: User) -> bool:
    return appeal.judge_id == user.pk


APPEAL_PAGE = ObjectPage(
    name="insurance:appeal",
    template="finance/insurance/appeal.html",
    grant=READ,
    noun="appeal",
    rows=_appeals,
    context=_appeal_context,
    machine=APPEAL,
    actions={
        "assign": PageAction(
            grant="finance.assign_appeal",
            service=services.assign_appeal,
            form=JudgeForm,
            form_kwargs=_judges,
            arrow="assign_appeal",
            title=_("Who judges"),
            button=_("Assign it"),
            doing=_("Recording…"),
        ),
        "restore": PageAction(
            grant="finance.restore_claim",
            service=services.restore_claim,
            form=WordsForm,
            arrow="restore_claim",
            is_open=_is_judge,
            title=_("Look at the claim again"),
            button=_("Have it decided again"),
            doing=_("Recording…"),
            then=page_of("insurance:claim"),
        ),
        "uphold": PageAction(
            grant="finance.uphold_rejection",
            service=services.uphold_rejection,
            form=WordsForm,
            arrow="uphold_rejection",
            is_open=_is_judge,
            title=_("The claim stays declined"),
            button=_("Send this answer"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)
