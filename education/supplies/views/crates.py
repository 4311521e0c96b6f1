"""A crate of kits on the way back to the county: counted kit by kit, and closed."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.web.page_actions import ObjectPage, PageAction
from education.supplies import services
from education.supplies.display import status_of_crate
from education.supplies.forms import CloseCrateForm, SerialForm
from education.supplies.machine import CRATE
from education.supplies.models import READ_CRATE, Kit, KitCrate
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person

COUNT = "education.count_kit_crate"


def _crates() -> QuerySet[KitCrate]:
    return KitCrate.objects.select_related("campaign", "station__county", "sent_by", "counted_by")


def _context(_request: SignedInRequest, found: KitCrate) -> dict[str, Any]:
    colour, words = status_of_crate(found)
    missing = list(found.kits.filter(state__in=[Kit.State.GOING_BACK, Kit.State.LOST]).order_by("serial"))
    return {
        "crate": found,
        "kind": colour,
        "words": words,
        "missing": missing,
        "found": found.packed - len(missing),
        "history": history_of(found),
    }


def _by_another(found: KitCrate, user: User) -> bool:
    """Who has sent the crate does not count it."""
    return not is_same_person(user, found.sent_by_id)


CRATE_PAGE = ObjectPage(
    name="supplies:crate",
    template="education/supplies/crate.html",
    grant=READ_CRATE,
    noun="crate",
    rows=_crates,
    context=_context,
    machine=CRATE,
    actions={
        "count": PageAction(
            grant=COUNT,
            service=services.count_crate_kit,
            form=SerialForm,
            form_kwargs=lambda _request, found: {"kits": found.kits.all()},
            arrow="count_crate_kit",
            is_open=_by_another,
            operation="education.count_crate_kit",
            title=_("Count the kits"),
            button=_("This kit is in the crate"),
            doing=_("Recording…"),
        ),
        "close": PageAction(
            grant=COUNT,
            service=services.close_crate,
            form=CloseCrateForm,
            arrow="close_crate",
            is_open=_by_another,
            operation="education.close_kit_crate",
            title=_("Close the crate"),
            button=_("All is counted"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)
