"""What the ledger asks of the apps above it; `ecomnet/wiring.py` gives the answers."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from core.hooks import Hook
from ledger.models import Book

if TYPE_CHECKING:
    from ledger.audit import Check

AUDIT_CHECKS: "Hook[Check]" = Hook(
    "ledger.audit_checks", "Checks of the apps above; made after the ledger's own at every audit of a book."
)
AUDIT_SCOPES: Hook[Callable[[Book, dict[str, Any]], tuple[str, str] | None]] = Hook(
    "ledger.audit_scopes",
    "f(book, row) -> (scope, subject) or None: whom a finding about an account concerns, such as a station's county. "
    "Asked in turn until one knows.",
)
