"""A month of a book for an accountant's own program, and the archive of closed months: copies that can be checked."""

from ledger.exports.archive import ArchiveDiffers, ChainBroken, MonthOpen, StatementsMissing, archive_month
from ledger.exports.checking import faults_of
from ledger.exports.services import AlreadyExported, FormatUnavailable, export_month
