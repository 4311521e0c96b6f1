"""How presales are shown: colours of states, boxes, and buyers as rows."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orders.presales.models import PresaleClaim, PresaleCycle, PresaleOrder
from orders.produce.display import weight_words
from stations.people.masking import mask_name

_P, _O, _C = PresaleCycle.Status, PresaleOrder.Status, PresaleClaim.Status
KINDS = {_P.ALLOTTED: "ok", _P.DELIVERED: "ok", _P.CANCELLED: "info"}
ORDER_KINDS = {_O.PAID: "wait", _O.ALLOTTED: "ok", _O.HANDED_OVER: "ok"}


def kind_of(presale: PresaleCycle) -> str:
    """The colour of its state."""
    return KINDS.get(_P(presale.status), "wait")


def order_kind(order: PresaleOrder) -> str:
    """The colour of its state."""
    return ORDER_KINDS.get(_O(order.status), "info")


def box_words(boxes: int) -> str:
    """`12 boxes`."""
    return ngettext("%(n)s box", "%(n)s boxes", boxes) % {"n": f"{boxes:,}"}


def what_of(presale: PresaleCycle) -> str:
    """Crop, grade, and what a box holds."""
    return _("%(crop)s, %(grade)s, box of %(weight)s") % {
        "crop": presale.crop,
        "grade": presale.grade,
        "weight": weight_words(presale.box_g),
    }


def got_words(order: PresaleOrder) -> str:
    """How many boxes: those that were ordered, or what there is of them."""
    if order.allotted is None or order.allotted == order.boxes:
        return box_words(order.boxes)
    return _("%(allotted)s of %(ordered)s") % {"allotted": order.allotted, "ordered": box_words(order.boxes)}


def order_rows(orders: list[PresaleOrder]) -> list[dict[str, Any]]:
    """Who ordered how much, with masked names."""
    return [
        {
            "order": each,
            "name": mask_name(each.villager.full_name),
            "boxes": got_words(each),
            "kind": order_kind(each),
            "words": each.get_status_display(),
        }
        for each in orders
    ]


CLAIM_KINDS = {_C.RAISED: "wait", _C.ACCEPTED: "ok", _C.RECALLED: "ok"}


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """What a buyer said of boxes, as the page of their order shows it."""

    claim: PresaleClaim
    boxes: str
    kind: str


def claim_rows(order: PresaleOrder) -> list[ClaimRow]:
    """Each with its boxes in words, the newest first."""
    claims = order.claims.select_related("raised_by", "decided_by").order_by("-pk")
    return [ClaimRow(each, box_words(each.boxes), CLAIM_KINDS.get(_C(each.status), "info")) for each in claims]
