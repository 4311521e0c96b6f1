"""A month of a book for an accountant's own program: read in one snapshot, streamed, as a copy that can be checked."""

from ledger.exports.services import AlreadyExported, FormatUnavailable, export_month

__all__ = ["AlreadyExported", "FormatUnavailable", "export_month"]
