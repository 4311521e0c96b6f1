"""What a supplier's system says of an order of ours, as docs/providers.md writes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from core.gateways.results import Malformed, line

CONFIRMED, PARTLY, REFUSED, PENDING = "confirmed", "partly", "refused", "pending"
STATUSES = frozenset({CONFIRMED, PARTLY, REFUSED, PENDING})
LONGEST_REF, LONGEST_CODE = 64, 40
MOST_LINES = 1_000


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One statement about one order; `quantities` by the id of our order's line, where it is confirmed in part."""

    status: str
    supplier_ref: str = ""
    quantities: Mapping[UUID, int] = field(default_factory=dict)
    code: str = ""


def read_confirmation(said: Mapping[str, Any], *, our_ref: UUID) -> Confirmation:
    """Strictly: another reference, another status or a line that cannot be read is no answer. Raises `Malformed`."""
    if said.get("our_ref") != str(our_ref):
        raise Malformed("our_ref")
    status = said.get("status")
    if status not in STATUSES:
        raise Malformed("status")
    ref = said.get("supplier_ref")
    return Confirmation(
        status=str(status),
        supplier_ref=line(ref, longest=LONGEST_REF) if ref not in (None, "") else "",
        quantities=_quantities(said.get("lines")) if status == PARTLY else {},
        code=line(said.get("code") or REFUSED, longest=LONGEST_CODE) if status == REFUSED else "",
    )


def _quantities(lines: object) -> dict[UUID, int]:
    if not isinstance(lines, list) or not 0 < len(lines) <= MOST_LINES:
        raise Malformed("lines")
    found: dict[UUID, int] = {}
    for each in lines:
        if not isinstance(each, dict):
            raise Malformed("lines")
        quantity = each.get("quantity")
        if not isinstance(quantity, int) or isinstance(quantity, bool) or quantity < 0:
            raise Malformed("quantity")
        try:
            found[UUID(str(each.get("line")))] = quantity
        except ValueError as error:
            raise Malformed("line") from error
    if len(found) != len(lines):
        raise Malformed("lines")
    return found
