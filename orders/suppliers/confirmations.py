"""What a supplier's system says of an order of ours, as docs/providers.md writes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from core.gateways.results import Malformed, line, one_of
from core.language.text import is_blank
from core.resident_ids import holds_resident_id

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
    status = one_of(said.get("status"), STATUSES)
    return Confirmation(
        status=status,
        supplier_ref=words_in(said.get("supplier_ref"), longest=LONGEST_REF),
        quantities=_quantities(said.get("lines")) if status == PARTLY else {},
        code=(words_in(said.get("code"), longest=LONGEST_CODE) or REFUSED) if status == REFUSED else "",
    )


def words_in(value: object, *, longest: int) -> str:
    """One line that a supplier has written, if there is one that can be seen. Raises `Malformed`.

    What may be an identity number is not kept.
    """
    if value in (None, ""):
        return ""
    words = line(value, longest=longest).strip()
    return "" if is_blank(words) or holds_resident_id(words) else words


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
