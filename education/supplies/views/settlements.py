"""What became of a lost kit: said by one person of the county, decided by another."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.history import changes_of
from core.web.page_actions import ObjectPage, PageAction
from core.web.timeline import entries_of
from education.supplies import services
from education.supplies.display import status_of_settlement
from education.supplies.forms import ReturnForm
from education.supplies.machine import SETTLEMENT
from education.supplies.models import READ_SETTLEMENT, Kit, KitSettlement
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person

DECIDE = "education.decide_kit_settlement"


def _settlements() -> QuerySet[KitSettlement]:
    return KitSettlement.objects.select_related("kit__campaign", "kit__station", "proposed_by", "decided_by")


def _context(_request: SignedInRequest, found: KitSettlement) -> dict[str, Any]:
    colour, words = status_of_settlement(found)
    return {
        "settlement": found,
        "kind": colour,
        "words": words,
        "history": history_of(found),
        "before": entries_of(changes_of(found.kit), Kit.State),
    }


def _by_another(found: KitSettlement, user: User) -> bool:
    """Who says it does not decide it."""
    return not is_same_person(user, found.proposed_by_id)


SETTLEMENT_PAGE = ObjectPage(
    name="supplies:settlement",
    template="education/supplies/settlement.html",
    grant=READ_SETTLEMENT,
    noun="settlement",
    rows=_settlements,
    context=_context,
    machine=SETTLEMENT,
    actions={
        "confirm": PageAction(
            grant=DECIDE,
            service=services.confirm_kit_settlement,
            arrow="confirm_kit_settlement",
            is_open=_by_another,
            operation="education.confirm_kit_settlement",
            title=_("Confirm what became of the kit"),
            button=_("It is so"),
            doing=_("Recording…"),
        ),
        "refuse": PageAction(
            grant=DECIDE,
            service=services.refuse_kit_settlement,
            form=ReturnForm,
            arrow="refuse_kit_settlement",
            is_open=_by_another,
            operation="education.refuse_kit_settlement",
            title=_("It is not so"),
            button=_("The kit stays lost"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)
