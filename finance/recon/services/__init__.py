"""The verbs of reconciliation."""

from finance.recon.services.daily_file import FileFaulty
from finance.recon.services.files import (
    alarm_late_file,
    import_daily_file,
    lines_to_apply,
    receive_daily_file,
    record_stray,
    store_provider_file,
)
from finance.recon.services.items import open_recon_item
from finance.recon.services.statements import (
    BANK_COLUMNS,
    ControlTotalDiffers,
    StatementFaulty,
    import_bank_statement,
)

__all__ = [
    "BANK_COLUMNS",
    "ControlTotalDiffers",
    "FileFaulty",
    "StatementFaulty",
    "alarm_late_file",
    "import_bank_statement",
    "import_daily_file",
    "lines_to_apply",
    "open_recon_item",
    "receive_daily_file",
    "record_stray",
    "store_provider_file",
]
