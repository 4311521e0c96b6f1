"""The page of a crate of books: packed, sent, received and counted by scan."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.web.page_actions import ObjectPage, PageAction
from education.libraries import services
from education.libraries.display import status_of_crate
from education.libraries.forms import BarcodeForm, CloseCrateForm
from education.libraries.machine import CRATE
from education.libraries.models import READ, BookCrate, BookCrateItem
from education.libraries.queries import to_pack_first
from education.libraries.services.crates import ADVISED, MOST
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person

MOVE = "education.move_books"
SHOWN = 20
_I = BookCrateItem.State


def _crates() -> QuerySet[BookCrate]:
    return BookCrate.objects.select_related(
        "from_library__station__county", "to_library__station__county", "sent_by", "closed_by"
    )


def _context(_request: SignedInRequest, found: BookCrate) -> dict[str, Any]:
    items = list(found.items.exclude(state=_I.UNPACKED).select_related("copy__title").order_by("-pk"))
    is_packing = found.status == BookCrate.Status.PACKING
    return {
        "crate": found,
        "kind": status_of_crate(found),
        "items": items,
        "expected": sum(item.state == _I.PACKED for item in items),
        "there": sum(item.state in {_I.ARRIVED, _I.FOUND} for item in items),
        "first": to_pack_first(found.from_library)[:SHOWN] if is_packing else [],
        "advised": ADVISED,
        "most": MOST,
        "history": history_of(found),
    }


def _by_another(found: BookCrate, user: User) -> bool:
    """Who has sent the crate does not say what is missing in it."""
    return not is_same_person(user, found.sent_by_id)


CRATE_PAGE = ObjectPage(
    name="libraries:crate",
    template="education/libraries/crate.html",
    grant=READ,
    noun="crate",
    rows=_crates,
    context=_context,
    machine=CRATE,
    actions={
        "pack": PageAction(
            grant=MOVE,
            service=services.pack_copy,
            form=BarcodeForm,
            arrow="pack_copy",
            operation="education.pack_book",
            title=_("Put books in"),
            button=_("Put it in"),
            doing=_("Recording…"),
        ),
        "unpack": PageAction(
            grant=MOVE,
            service=services.unpack_copy,
            form=BarcodeForm,
            arrow="unpack_copy",
            operation="education.unpack_book",
            title=_("Take a book out"),
            button=_("Take it out"),
            doing=_("Recording…"),
            kind="secondary",
        ),
        "send": PageAction(
            grant=MOVE,
            service=services.send_crate,
            arrow="send_crate",
            operation="education.send_book_crate",
            title=_("Send the crate"),
            button=_("The crate leaves"),
            doing=_("Recording…"),
        ),
        "cancel": PageAction(
            grant=MOVE,
            service=services.cancel_crate,
            arrow="cancel_crate",
            operation="education.cancel_book_crate",
            title=_("Do not send it"),
            button=_("Back to the shelf with all books"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "receive": PageAction(
            grant=MOVE,
            service=services.receive_crate,
            arrow="receive_crate",
            operation="education.receive_book_crate",
            title=_("The crate has come"),
            button=_("Start counting"),
            doing=_("Recording…"),
        ),
        "count": PageAction(
            grant=MOVE,
            service=services.count_copy,
            form=BarcodeForm,
            arrow="count_copy",
            operation="education.count_book",
            title=_("Count the books"),
            button=_("Count it"),
            doing=_("Recording…"),
        ),
        "close": PageAction(
            grant=MOVE,
            service=services.close_crate,
            form=CloseCrateForm,
            arrow="close_crate",
            is_open=_by_another,
            operation="education.close_book_crate",
            title=_("Close the crate"),
            button=_("All is counted"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)
