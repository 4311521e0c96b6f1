"""The verbs of reconciliation."""

from finance.recon.formats import StatementFaulty
from finance.recon.services.daily_file import FileFaulty
from finance.recon.services.explaining import (
    BankLineExplained,
    ExplanationUnfit,
    Part,
    explain_bank_line,
    explain_by_hand,
    note_explained,
    note_taken,
    note_taken_back,
)
from finance.recon.services.files import (
    alarm_late_file,
    apply_line,
    import_daily_file,
    note_missing_files,
    receive_daily_file,
    record_stray,
)
from finance.recon.services.items import (
    add_up_tallies,
    match_recon_items,
    open_recon_item,
    raise_recon_items,
    tell_of_aged_items,
)
from finance.recon.services.resolving import (
    NothingAsked,
    NothingToPost,
    NotTakenBack,
    PaymentUndecided,
    ReasonUnfit,
    ask_write_off,
    assign_recon_item,
    resolve_recon_item,
    write_off_recon_item,
)
from finance.recon.services.risks import find_risks
from finance.recon.services.statements import BANK_COLUMNS, ControlTotalDiffers, import_bank_statement
from finance.recon.services.sums import note_unsettled_sums, settle_sum, settle_sums, tie_to_ledger
