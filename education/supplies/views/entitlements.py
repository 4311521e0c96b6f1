"""An entitlement to a kit: whom the station proposes, whom it may be already, and what the county decides."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.web.page_actions import PageAction
from education.safeguarding.display import name_for
from education.supplies import services
from education.supplies.display import reason_words, status_of_entitlement
from education.supplies.forms import ApproveForm, ReturnForm
from education.supplies.machine import ENTITLEMENT
from education.supplies.models import READ_ENTITLEMENT, KitEntitlement
from education.supplies.queries import suspects_of
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.people.queries import age_on
from stations.people.refused_reads import ResidentPage
from stations.people.services import log_reads
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person

DECIDE, CANCEL = "education.decide_entitlement", "education.cancel_entitlement"


def _entitlements() -> QuerySet[KitEntitlement]:
    return KitEntitlement.objects.select_related(
        "campaign__county", "child__home_station__county", "station__village", "proposed_by", "decided_by"
    )


def _context(request: SignedInRequest, found: KitEntitlement) -> dict[str, Any]:
    at, child = now(), found.child
    suspects = _suspects(request.user, found, at=at) if found.status in KitEntitlement.WAITING else []
    log_reads(user=request.user, people={child, *(each.child for each in suspects)}, what="school_kits", at=at)
    colour, words = status_of_entitlement(found)
    return {
        "entitlement": found,
        "kind": colour,
        "words": words,
        "name": name_for(request.user, child),
        "age": age_on(child.birth_date, found.campaign.starts_date) if child.birth_date else None,
        "reason": reason_words(found.reason),
        "suspects": [(each, name_for(request.user, each.child), *status_of_entitlement(each)) for each in suspects],
        "second": found.second_handovers.select_related("kit", "station", "handed_by").order_by("received_at"),
        "history": history_of(found, reasons=reason_words),
    }


def _suspects(user: User, found: KitEntitlement, *, at: dt.datetime) -> list[KitEntitlement]:
    """The county reads both records with their stations; a station reads nothing of a child of another one."""
    alike = suspects_of(found.campaign, found.child, at=at)
    reached = KitEntitlement.objects.open_to(user, READ_ENTITLEMENT).filter(pk__in=[each.pk for each in alike])
    open_ones = set(reached.values_list("pk", flat=True))
    return [each for each in alike if each.pk in open_ones]


def _is_contested(found: KitEntitlement, user: User) -> bool:
    """Nobody decides about what they have handed over."""
    makers = found.second_handovers.undecided().values_list("handed_by", flat=True)
    return found.is_contested and not any(is_same_person(user, maker) for maker in makers)


def _by_another(found: KitEntitlement, user: User) -> bool:
    """Nobody decides what they have proposed."""
    return not is_same_person(user, found.proposed_by_id)


ENTITLEMENT_PAGE = ResidentPage(
    resident="child",
    name="supplies:entitlement",
    template="education/supplies/entitlement.html",
    grant=READ_ENTITLEMENT,
    noun="entitlement",
    rows=_entitlements,
    context=_context,
    machine=ENTITLEMENT,
    actions={
        "approve": PageAction(
            grant=DECIDE,
            service=services.approve_entitlement,
            form=ApproveForm,
            arrow="approve_entitlement",
            is_open=_by_another,
            operation="education.approve_entitlement",
            title=_("Approve a kit for this child"),
            button=_("Approve"),
            doing=_("Recording…"),
        ),
        "refuse": PageAction(
            grant=DECIDE,
            service=services.refuse_entitlement,
            form=ReturnForm,
            arrow="refuse_entitlement",
            is_open=_by_another,
            operation="education.refuse_entitlement",
            title=_("Refuse it"),
            button=_("The child gets no kit"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "cancel": PageAction(
            grant=CANCEL,
            service=services.cancel_entitlement,
            form=ReturnForm,
            arrow="cancel_entitlement",
            title=_("Cancel the entitlement"),
            button=_("Cancel it"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "settle": PageAction(
            grant=DECIDE,
            service=services.settle_second_handovers,
            form=ReturnForm,
            is_open=_is_contested,
            operation="education.settle_second_handovers",
            title=_("Decide about the second hand-over"),
            button=_("Record what happened"),
            doing=_("Recording…"),
        ),
    },
)
