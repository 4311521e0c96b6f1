"""A float on its way between two stations."""

from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import now

from core.history import changes_of
from core.web.page_actions import ObjectPage, PageAction
from core.web.timeline import entries_of
from finance.floats import services
from finance.floats.models import FloatTransfer
from stations.models import User
from stations.requests import SignedInRequest


def _waits(transfer: FloatTransfer) -> bool:
    return transfer.status == FloatTransfer.Status.SENT and now() < transfer.expires_at


def _is_receiver(transfer: FloatTransfer, user: User) -> bool:
    return _waits(transfer) and user.pk == transfer.receiver_id


def _is_sender(transfer: FloatTransfer, user: User) -> bool:
    return _waits(transfer) and user.pk == transfer.sent_by_id


def _context(_request: SignedInRequest, found: FloatTransfer) -> dict[str, Any]:
    names = {user.pk: user.shown_name for user in (found.sent_by, found.receiver)}
    return {
        "transfer": found,
        "waits": _waits(found),
        "entries": entries_of(changes_of(found), FloatTransfer.Status, names=names),
    }


def _transfers() -> QuerySet[FloatTransfer]:
    return FloatTransfer.objects.select_related(
        "from_station__county", "to_station__county", "sent_by", "receiver", "answered_by"
    )


TRANSFER = ObjectPage(
    name="floats:transfer",
    template="finance/floats/transfer.html",
    grant="finance.read_float_transfer",
    noun="transfer",
    rows=_transfers,
    context=_context,
    actions={
        "accept": PageAction(grant="finance.accept_float", service=services.accept_float, is_open=_is_receiver),
        "decline": PageAction(grant="finance.decline_float", service=services.decline_float, is_open=_is_receiver),
        "recall": PageAction(grant="finance.recall_float", service=services.recall_float, is_open=_is_sender),
    },
)
