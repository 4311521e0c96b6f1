"""The verbs of libraries."""

from education.libraries.services.collection import (
    BarcodeTaken,
    IsbnMalformed,
    LibraryClosed,
    add_copies,
    open_library,
    withdraw_copy,
)
from education.libraries.services.crates import (
    CrateEmpty,
    CrateFull,
    NotInThisCrate,
    OtherCounty,
    cancel_crate,
    close_crate,
    count_copy,
    pack_copy,
    receive_crate,
    send_crate,
    start_crate,
    unpack_copy,
)
from education.libraries.services.holds import (
    AlreadyReserved,
    HoldLimit,
    NoCopyAnywhere,
    cancel_hold,
    expire_holds,
    place_hold,
    receive_copy,
)
from education.libraries.services.lending import (
    CopyNotHere,
    HoldWaiting,
    LoanLimit,
    NoRenewalsLeft,
    OverdueFirst,
    TitleReserved,
    lend_copy,
    mark_lost,
    mark_overdue,
    renew_loan,
    return_copy,
)
from education.libraries.services.stock_takes import LabelUnknown, close_stock_take, scan_copy, start_stock_take
